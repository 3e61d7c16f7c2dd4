import { setTimeout as sleep } from 'node:timers/promises';
import { PiImageError } from '../model/errors.ts';
import type { OnEvent } from '../model/events.ts';

export interface Retries {
  /** Milliseconds before the first retry; each further one waits twice as long. @default 1000 */
  readonly retryAfter?: number;
  readonly onEvent?: OnEvent;
  readonly signal?: AbortSignal;
}

const attempts = 5;

/** Does it again, up to five times in all, as long as it fails in a way that may be gone a moment later. */
export async function retry<T>(
  { retryAfter = 1000, onEvent, signal }: Retries,
  url: string,
  action: () => Promise<T>,
  mayPass: (error: unknown) => boolean = isUnreachable,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt >= attempts || !mayPass(error)) throw error;
      const waitMilliseconds = retryAfter * 2 ** (attempt - 1);
      const reason = error instanceof Error ? error.message : String(error);
      onEvent?.({ code: 'download.retry', url, attempt, reason, waitMilliseconds });
      await sleep(waitMilliseconds, undefined, signal && { signal });
    }
  }
}

export function isUnreachable(error: unknown): boolean {
  return PiImageError.is(error) && error.code === 'source.unreachable';
}
