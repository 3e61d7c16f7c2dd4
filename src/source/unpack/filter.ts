import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DecodeContext, damaged } from './decoder.ts';

/** Something that takes an archive on one side and gives its content on the other: a process or a thread. */
export interface Filter {
  readonly input: Writable;
  readonly output: Readable;
  /** Settles when the filter has ended; rejects with why it could not do its work. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** Milliseconds that a decoder may work without taking or giving a byte. After that it is in an endless loop. */
const longestSilence = 60_000;

/**
 * Sends `source` through a filter, which is stopped when the work is given up. An error of the source comes out as
 * it is, and wins over that of the filter, which merely saw its input end; the filter's own error wins over the
 * broken pipes that follow from it.
 */
export async function* through(
  source: AsyncIterable<Uint8Array>,
  filter: Filter,
  { signal, silence = longestSilence, subject }: DecodeContext,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  const failures: unknown[] = [];
  const watchdog = new Watchdog(silence, () => {
    failures.push(damaged(subject, 'its decoder does not come to an end'));
    filter.stop();
  });
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    try {
      watchdog.sleep();
      for await (const chunk of source) {
        watchdog.wake();
        yield chunk;
        watchdog.sleep();
      }
      watchdog.wake();
    } catch (error) {
      failures.push(error);
      filter.stop();
      throw error;
    }
  };
  signal?.addEventListener('abort', filter.stop, { once: true });
  // Its failure is one of the three kinds above, and is told by the others.
  pipeline(watched, filter.input).catch(() => {});
  filter.ended.catch((reason) => failures.push(reason));
  try {
    for await (const chunk of filter.output as AsyncIterable<Uint8Array>) {
      watchdog.sleep();
      yield chunk;
      watchdog.wake();
    }
    await filter.ended;
    // A filter that was stopped may look as if it had done its work.
    signal?.throwIfAborted();
    if (failures.length > 0) throw failures[0];
  } catch (error) {
    signal?.throwIfAborted();
    await filter.ended.catch(() => {});
    throw failures[0] ?? error;
  } finally {
    signal?.removeEventListener('abort', filter.stop);
    watchdog.sleep();
    filter.stop();
  }
}

/** Barks when nothing happens although nobody else is waited for. */
class Watchdog {
  readonly #limit: number;
  readonly #bark: () => void;
  #sleepers = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(limit: number, bark: () => void) {
    this.#limit = limit;
    this.#bark = bark;
  }

  /** Somebody else is waited for: the source, or whoever takes the content. */
  sleep(): void {
    this.#sleepers++;
    clearTimeout(this.#timer);
  }

  wake(): void {
    this.#sleepers--;
    if (this.#sleepers === 0) this.#timer = setTimeout(this.#bark, this.#limit);
  }
}
