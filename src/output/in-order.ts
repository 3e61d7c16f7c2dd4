import { setMaxListeners } from 'node:events';

/**
 * Works on items, `limit` of them at a time, and yields the results in the order of the items. Items are taken
 * only when work can begin, and at most `limit` results wait for one before them: memory stays bounded however
 * many items there are. When the consumer stops, anything fails or `signal` is aborted, so is `stop`, and all work
 * has ended before the generator does.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal | undefined },
  work: (item: Item, stop: AbortSignal) => Promise<Result>,
): AsyncGenerator<Result> {
  const iterator = items[Symbol.iterator]();
  const ended = new AbortController();
  const stop = signal ? AbortSignal.any([ended.signal, signal]) : ended.signal;
  // A listener for each item in work is no leak.
  setMaxListeners(0, stop);
  const results: Promise<Result>[] = [];
  let active = 0;

  const begin = (): void => {
    while (active < limit && results.length < 2 * limit) {
      stop.throwIfAborted();
      const next = iterator.next();
      if (next.done) return;
      active++;
      const result = work(next.value, stop).finally(() => {
        active--;
        begin();
      });
      // Each is awaited in its turn; until then a failure must not count as unhandled.
      result.catch(() => {});
      results.push(result);
    }
  };

  try {
    begin();
    for (let first = results[0]; first !== undefined; first = results[0]) {
      const result = await first;
      results.shift();
      begin();
      yield result;
    }
  } finally {
    ended.abort();
    iterator.return?.();
    await Promise.allSettled(results);
  }
}
