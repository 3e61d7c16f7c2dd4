import { PiImageError } from '../../model/errors.ts';
import { shown } from '../../transfer/address.ts';
import { isUnreachable } from '../../transfer/retry.ts';

/** Why one attempt failed, and whether another may succeed. `error` is what the user gets if none does. */
export class AttemptFailure extends Error {
  override readonly name = 'AttemptFailure';
  readonly error: PiImageError;
  readonly temporary: boolean;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter: number | undefined;

  constructor(error: PiImageError, temporary: boolean, retryAfter?: number) {
    super(error.message, { cause: error });
    this.error = error;
    this.temporary = temporary;
    this.retryAfter = retryAfter;
  }
}

/** For an attempt that got no answer, or lost it half-way; other errors as they are. */
export function attemptFailure(error: unknown): unknown {
  return PiImageError.is(error) ? new AttemptFailure(error, isUnreachable(error)) : error;
}

/** For an answer that is no help. 408, 429 and 5xx may pass. */
export function statusFailure(url: URL, status: number, retryAfter: string | undefined): AttemptFailure {
  const temporary = status === 408 || status === 429 || status >= 500;
  const error = new PiImageError('source.http', `${shown(url)} answers with status ${status}`, {
    help: temporary
      ? 'try again later; what has arrived is kept'
      : 'the file may have moved; look for it in a browser',
  });
  return new AttemptFailure(
    error,
    temporary,
    retryAfter === undefined ? undefined : parseRetryAfter(retryAfter),
  );
}

/** For an answer that makes no sense as the file that was asked for. */
export function uselessAnswer(url: URL, what: string): AttemptFailure {
  const error = new PiImageError('source.http', `${shown(url)} ${what}`, {
    help: 'a login page of the network, or a proxy, may be in the way; look at the address in a browser',
  });
  return new AttemptFailure(error, false);
}

/** Seconds or a date, RFC 9110 section 10.2.3; in milliseconds. */
function parseRetryAfter(value: string): number | undefined {
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return wait >= 0 ? wait : undefined;
}
