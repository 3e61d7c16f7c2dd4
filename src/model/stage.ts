import type { OnEvent, Stage } from './events.ts';

export interface StageOptions {
  readonly stage: Stage;
  readonly subject: string;
  /** Bytes to do, if known. */
  readonly total?: number;
  readonly onEvent?: OnEvent | undefined;
}

/** Does the work of a stage and tells of its beginning, its progress in bytes, and its end; a failure has no end. */
export async function runStage<T>(
  { stage, subject, total, onEvent = () => {} }: StageOptions,
  work: (progress: (done: number) => void) => T | Promise<T>,
): Promise<T> {
  const started = performance.now();
  const size = total === undefined ? {} : { total };
  onEvent({ code: 'stage.started', stage, subject, ...size });
  const result = await work((done) => onEvent({ code: 'stage.progress', stage, done, ...size }));
  const bytes = total === undefined ? {} : { bytes: total };
  onEvent({ code: 'stage.finished', stage, ...bytes, milliseconds: performance.now() - started });
  return result;
}
