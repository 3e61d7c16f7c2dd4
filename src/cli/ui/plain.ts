import type { BuildEvent, Stage } from '../../model/events.ts';
import { formatDuration } from './format.ts';
import type { Paint } from './paint.ts';
import { printable } from './problem.ts';
import { redact } from './redact.ts';
import type { Renderer } from './renderer.ts';
import { amount, sentenceOf, stageNames } from './sentences.ts';

/** Seconds between two lines of progress in a log. */
const progressEvery = 10;

/** Lines for logs and pipes: nothing moves, nothing is repeated more than every ten seconds. `write` gets a line without its end. */
export function plainRenderer(
  write: (line: string) => void,
  { paint, verbose }: { readonly paint: Paint; readonly verbose: boolean },
): Renderer {
  const totals = new Map<Stage, number>();
  let lastProgress = 0;
  const print = (line: string) => write(redact(line));

  return {
    event(event: BuildEvent) {
      const sentence = sentenceOf(event, paint, verbose);
      if (sentence !== undefined) print(sentence);
      if (event.code === 'stage.started') {
        if (event.total !== undefined) totals.set(event.stage, event.total);
        lastProgress = Date.now();
        print(`${stageNames[event.stage]} ${printable(event.subject)}`);
      }
      if (event.code === 'stage.progress' && Date.now() - lastProgress >= progressEvery * 1000) {
        lastProgress = Date.now();
        const total = event.total ?? totals.get(event.stage);
        const percent = total ? ` (${Math.floor((100 * event.done) / total)} %)` : '';
        print(`  ${stageNames[event.stage].toLowerCase()}: ${amount(event.stage, event.done)}${percent}`);
      }
      if (event.code === 'stage.finished' && verbose) {
        print(`  ${stageNames[event.stage].toLowerCase()} took ${formatDuration(event.milliseconds)}`);
      }
    },
    close: () => {},
  };
}
