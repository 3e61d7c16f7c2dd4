import type { BuildEvent } from '../../model/events.ts';
import { redact } from './redact.ts';
import type { Renderer } from './renderer.ts';

/** Progress this often is enough for a program, and keeps a 3 GB download from being a 3 MB log. */
const progressEvery = 500;

export function jsonRenderer(print: (line: string) => void): Renderer {
  let lastProgress = 0;
  return {
    event(event: BuildEvent) {
      if (event.code === 'stage.progress') {
        const now = Date.now();
        if (now - lastProgress < progressEvery) return;
        lastProgress = now;
      }
      print(`${redact(JSON.stringify(event))}\n`);
    },
    close: () => {},
  };
}
