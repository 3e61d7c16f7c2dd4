import type { BuildEvent } from '../../model/events.ts';
import { jsonRenderer } from './json.ts';
import { paintFor } from './paint.ts';
import { plainRenderer } from './plain.ts';
import { terminalRenderer } from './terminal.ts';

/** Shows what the library tells. One for people at a terminal, one for logs, one for programs. */
export interface Renderer {
  event(event: BuildEvent): void;
  /** Takes down whatever moves, before anything else is printed. */
  close(): void;
}

export interface RendererOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** Animates only for a terminal that can, and never in CI, where every redraw would be a line of the log. */
export function chooseRenderer(
  options: RendererOptions,
  stderr: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): Renderer {
  if (options.json) return jsonRenderer((line) => process.stdout.write(line));
  const verbose = options.verbose ?? false;
  if (options.quiet) return { event: () => {}, close: () => {} };
  const animate = stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'];
  if (animate) return terminalRenderer(stderr, { verbose });
  return plainRenderer((line) => stderr.write(`${line}\n`), { paint: paintFor(stderr), verbose });
}
