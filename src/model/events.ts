import type { AppliedEdit } from './applied.ts';
import type { Problem } from './errors.ts';
import type { Advice } from './plan.ts';

/** The stages of a build, in order; `fleet` is that of many builds at the same time, and counts devices instead of bytes. */
export type Stage =
  | 'download'
  | 'unpack'
  | 'copy'
  | 'plan'
  | 'edit'
  | 'preload'
  | 'write'
  | 'verify'
  | 'fleet';

/**
 * What the library tells while it works. `code` and the data are a contract; texts are not.
 * The library never prints: whoever passes `onEvent` decides what is shown.
 */
export type BuildEvent =
  | {
      readonly code: 'stage.started';
      readonly stage: Stage;
      readonly subject: string;
      readonly total?: number;
    }
  | { readonly code: 'stage.progress'; readonly stage: Stage; readonly done: number; readonly total?: number }
  | {
      readonly code: 'stage.finished';
      readonly stage: Stage;
      readonly bytes?: number;
      readonly milliseconds: number;
    }
  | {
      readonly code: 'download.retry';
      readonly url: string;
      readonly attempt: number;
      readonly reason: string;
      readonly waitMilliseconds: number;
    }
  | { readonly code: 'download.resumed'; readonly url: string; readonly bytes: number }
  | { readonly code: 'cache.waiting'; readonly subject: string }
  | {
      readonly code: 'base.trusted';
      readonly by: 'pinned-archive' | 'pinned-image' | 'given' | 'publisher' | 'remembered' | 'none';
      readonly sha256: string;
      readonly message: string;
    }
  | { readonly code: 'output.waiting'; readonly path: string }
  | ({ readonly code: 'device.finished' } & DeviceResult)
  | { readonly code: 'edit.applied'; readonly edit: AppliedEdit }
  | ({ readonly code: 'finding' } & Finding)
  | ({ readonly code: 'advice' } & Advice);

/** What came of one device of a fleet. */
export interface DeviceResult {
  /** Its host name. */
  readonly device: string;
  /** `kept`: the output was there already, made of the same base and settings. */
  readonly outcome: 'made' | 'kept' | 'failed';
  /** Absolute. */
  readonly output: string;
  /** Of the output, in bytes. */
  readonly size?: number;
  /** Of the output; hex. */
  readonly sha256?: string;
  /** Tells whether an output was made of the same base and settings; made so that it gives no secret away. */
  readonly fingerprint?: string;
  readonly error?: {
    /** An error code, or `bug`. */
    readonly code: string;
    readonly message: string;
    readonly help?: string;
    readonly problems?: readonly Problem[];
  };
}

/** What a lint rule says of a place in the finished image. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly path: string;
  readonly line?: number;
  readonly message: string;
  readonly help: string;
}

export type OnEvent = (event: BuildEvent) => void;

/** What each event means; docs/events.md is made of it. */
export const eventCodes: Readonly<Record<BuildEvent['code'], string>> = {
  'stage.started': 'a stage begins: `stage`, `subject`, `total` bytes if known',
  'stage.progress': '`done` bytes of `total`; of the stage `fleet`, devices',
  'stage.finished': 'a stage ended: `bytes`, `milliseconds`',
  'download.retry': 'an attempt failed: `url`, `attempt`, `reason`, `waitMilliseconds` until the next',
  'download.resumed': 'a download goes on where it was cut: `url`, `bytes` already there',
  'cache.waiting': 'another process is fetching the same base image',
  'base.trusted': 'the base image was checked: `by`, `sha256`',
  'output.waiting':
    'a partial output is there; a few seconds show whether another build is writing it: `path`',
  'device.finished':
    'a device of a fleet is done: `device`, `outcome` (`made`, `kept` or `failed`), `output`, `size`, `sha256`, `fingerprint`, `error`',
  'edit.applied': 'one path of the image was edited: `edit`',
  finding:
    'a lint rule found something in the finished image that no advice told: `rule`, `level`, `path`, `line`, `message`, `help`',
  advice: 'a warning or a note: `level`, `id`, `message`, `help`',
};
