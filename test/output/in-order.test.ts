import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../src/output/in-order.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

/** Ends after some turns of the event loop. */
async function later<T>(turns: number, value: T): Promise<T> {
  for (let i = 0; i < turns; i++) await turn();
  return value;
}

describe('inOrder', () => {
  it('keeps the order whatever ends first', async () => {
    const results = inOrder(numbers(50), { limit: 4 }, (n) => later((n * 7) % 5, n));
    expect(await collect(results)).toEqual(numbers(50));
  });

  it('works on as many as allowed, never on more, and takes items only when work begins', async () => {
    let [active, most, taken] = [0, 0, 0];
    const items = function* () {
      for (const n of numbers(40)) {
        taken++;
        yield n;
      }
    };
    let consumed = 0;
    for await (const _ of inOrder(items(), { limit: 3 }, async (n) => {
      most = Math.max(most, ++active);
      await later(n % 4, n);
      active--;
    })) {
      consumed++;
      expect(taken - consumed).toBeLessThanOrEqual(6);
      await later(3, 0);
    }
    expect(most).toBe(3);
  });

  it('goes on with later items while the first is slow', async () => {
    const ended: number[] = [];
    const results = inOrder(numbers(4), { limit: 2 }, async (n) => {
      await later(n === 0 ? 20 : 1, n);
      ended.push(n);
    });
    await collect(results);
    expect(ended).toEqual([1, 2, 3, 0]);
  });

  it('leaves light work until its result is wanted, and goes on behind it', async () => {
    const begun: number[] = [];
    const isLight = (n: number): boolean => n > 0 && n < 30;
    const results = inOrder(numbers(40), { limit: 2, isLight }, async (n) => {
      begun.push(n);
      return later(n === 0 ? 20 : 1, n);
    });
    expect(await collect(results)).toEqual(numbers(40));
    // While the first is slow, three others are done; when it is yielded, a fourth.
    expect(begun.slice(0, 5)).toEqual([0, 30, 31, 32, 33]);
    expect(begun.toSorted((a, b) => a - b)).toEqual(numbers(40));
  });

  it('fails with the failure of light work, and waits for the rest', async () => {
    let active = 0;
    const results = inOrder(numbers(10), { limit: 2, isLight: (n) => n === 1 }, async (n) => {
      active++;
      await later(n, n);
      active--;
      if (n === 1) throw new Error('one is broken');
    });
    await expect(collect(results)).rejects.toThrow('one is broken');
    expect(active).toBe(0);
  });

  it('fails with the failure of the work, stops the rest, and waits for it', async () => {
    let [active, stopped] = [0, 0];
    const results = inOrder(numbers(100), { limit: 4 }, async (n, stop) => {
      active++;
      stop.addEventListener('abort', () => stopped++);
      await later(n === 1 ? 1 : 5, n);
      active--;
      if (n === 1) throw new Error('one is broken');
    });
    await expect(collect(results)).rejects.toThrow('one is broken');
    expect(active).toBe(0);
    expect(stopped).toBeGreaterThan(0);
  });

  it('fails with the failure of the items', async () => {
    const items = function* () {
      yield* numbers(5);
      throw new Error('no more');
    };
    await expect(collect(inOrder(items(), { limit: 2 }, (n) => later(n, n)))).rejects.toThrow('no more');
  });

  it('stops work when it is aborted, and when nobody wants more', async () => {
    const controller = new AbortController();
    const work = (_: number, stop: AbortSignal) =>
      new Promise<number>((_resolve, reject) => stop.addEventListener('abort', () => reject(stop.reason)));
    const results = collect(inOrder(numbers(5), { limit: 2, signal: controller.signal }, work));
    controller.abort(new Error('enough'));
    await expect(results).rejects.toThrow('enough');

    let active = 0;
    for await (const _ of inOrder(numbers(50), { limit: 4 }, async (n) => {
      active++;
      await later(n, n);
      active--;
    })) {
      break;
    }
    expect(active).toBe(0);
  });
});
