/** Every error a user can meet, by code. The part before the first dot decides the exit code of the command line. */
export const errorCodes = [
  'usage.invalid',
  'spec.invalid',
  'spec.missing',
  'spec.secret',
  'plan.conflict',
  'plan.unsuitable',
  'plan.precondition',
  'plan.not-public',
  'plan.lint',
  'source.unknown-image',
  'source.unreachable',
  'source.http',
  'source.insecure',
  'source.not-found',
  'source.offline',
  'source.archive',
  'source.checksum',
  'source.signature',
  'source.malformed',
  'image.partition-table',
  'image.damaged',
  'image.not-clean',
  'image.not-supported',
  'image.no-space',
  'image.not-found',
  'image.exists',
  'image.not-a-directory',
  'image.is-a-directory',
  'image.not-empty',
  'image.name',
  'image.loop',
  'image.verify',
  'output.exists',
  'output.busy',
  'output.no-space',
  'output.permission',
  'output.format',
  'output.too-large',
  'output.failed',
  'find.no-network',
  'find.timeout',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** A place in a text file that the user wrote; `line` and `column` count from 1, `length` is in characters. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly source: string;
}

/** One of several faults found together, such as all the wrong keys of a configuration file. */
export interface Problem {
  readonly message: string;
  readonly path?: string;
  readonly help?: string;
  readonly at?: Place;
}

export interface ErrorDetails {
  readonly help?: string;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

const brand = Symbol.for('pi-image.error');

/** An error that the user can act on: what happened is in `message`, what to do about it in `help`. */
export class PiImageError extends Error {
  override readonly name = 'PiImageError';
  readonly code: ErrorCode;
  readonly help: string | undefined;
  readonly problems: readonly Problem[];
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.help = details.help;
    this.problems = details.problems ?? [];
  }

  /** Recognised by brand, because two copies of the package may meet in one process. */
  static is(error: unknown): error is PiImageError {
    return typeof error === 'object' && error !== null && brand in error;
  }
}
