import { setMaxListeners } from 'node:events';

export interface InOrderOptions<Item> {
  /** Items worked on at the same time. */
  readonly limit: number;
  /** Whether the work is so little that it waits until its result is wanted, and holds up no other. @default never */
  readonly isLight?: (item: Item) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Works on items, `limit` of them at a time, and yields the results in the order of the items. Items are taken
 * only when work can begin, and at most `limit` results wait for one before them: memory stays bounded however
 * many items there are. When the consumer stops, anything fails or `signal` is aborted, so is `stop`, and all work
 * has ended before the generator does.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  { limit, isLight = () => false, signal }: InOrderOptions<Item>,
  work: (item: Item, stop: AbortSignal) => Promise<Result>,
): AsyncGenerator<Result> {
  const iterator = items[Symbol.iterator]();
  const ended = new AbortController();
  const stop = signal ? AbortSignal.any([ended.signal, signal]) : ended.signal;
  // A listener for each item in work is no leak.
  setMaxListeners(0, stop);
  const queue: { readonly result: () => Promise<Result>; readonly isLight: boolean }[] = [];
  /** Work that was begun, and has not been yielded. */
  const begun: Promise<Result>[] = [];
  let active = 0;

  const begin = (): void => {
    while (active < limit && begun.length < 2 * limit) {
      stop.throwIfAborted();
      const next = iterator.next();
      if (next.done) return;
      if (isLight(next.value)) {
        queue.push({ result: () => work(next.value, stop), isLight: true });
        continue;
      }
      active++;
      const result = work(next.value, stop).finally(() => {
        active--;
        begin();
      });
      // Each is awaited in its turn; until then a failure must not count as unhandled.
      result.catch(() => {});
      begun.push(result);
      queue.push({ result: () => result, isLight: false });
    }
  };

  try {
    begin();
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      const result = await first.result();
      queue.shift();
      if (!first.isLight) begun.shift();
      begin();
      yield result;
    }
  } finally {
    ended.abort();
    iterator.return?.();
    await Promise.allSettled(begun);
  }
}
