import type { OnEvent, Stage } from '../model/events.ts';
import type { SideWork } from '../model/side-work.ts';
import type { CacheLayout } from './cache/layout.ts';
import type { Patience } from './fetch/patience.ts';
import type { ImageCopy } from './unpack/image-copy.ts';

/** What every step on the way to a base image needs. */
export interface SourceContext {
  readonly cache: CacheLayout;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly offline: boolean;
  /** A download that is whole stays where it is. */
  readonly keepDownload?: boolean;
  readonly copy?: ImageCopy;
  /** Takes what is left to do when the image can be read; without it, that is waited for. */
  readonly side?: SideWork;
  readonly patience: Patience;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
}

/** Bytes between two progress events: often enough for an eye, seldom enough for a log. */
const progressStep = 1024 * 1024;

export interface StageReport {
  progress(done: number, total?: number): void;
  finish(bytes: number): void;
}

/** Tells that a stage begins, and gives what tells the rest of it. */
export function startStage(
  onEvent: OnEvent | undefined,
  stage: Stage,
  subject: string,
  total?: number,
): StageReport {
  const started = performance.now();
  let told = 0;
  onEvent?.({ code: 'stage.started', stage, subject, ...(total !== undefined && { total }) });
  return {
    progress(done, newTotal = total) {
      if (done - told < progressStep && done !== newTotal) return;
      told = done;
      onEvent?.({
        code: 'stage.progress',
        stage,
        done,
        ...(newTotal !== undefined && { total: newTotal }),
      });
    },
    finish(bytes) {
      onEvent?.({ code: 'stage.finished', stage, bytes, milliseconds: performance.now() - started });
    },
  };
}
