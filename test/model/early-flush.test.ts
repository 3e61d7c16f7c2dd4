import { describe, expect, it } from 'vitest';
import { EarlyFlush } from '../../src/model/early-flush.ts';

const many = 64 * 1024 * 1024;

/** A disk whose work the test ends. */
function disk() {
  const waiting: ((failure?: Error) => void)[] = [];
  return {
    waiting,
    sync: () =>
      new Promise<void>((resolve, reject) =>
        waiting.push((failure) => (failure ? reject(failure) : resolve())),
      ),
  };
}

describe('an early flush', () => {
  it('begins when much is waiting, one at a time', async () => {
    const { sync, waiting } = disk();
    const early = new EarlyFlush(sync);
    early.written(1000);
    expect(waiting).toHaveLength(0);
    early.written(many);
    early.written(many);
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    await early.end();
    early.written(1);
    expect(waiting).toHaveLength(2);
  });

  it('is waited for in the end', async () => {
    const { sync, waiting } = disk();
    const early = new EarlyFlush(sync);
    early.written(many);
    let ended = false;
    const end = early.end().then(() => {
      ended = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    waiting[0]?.();
    await end;
  });

  it('begins when it is told to, after what it is at', async () => {
    const { sync, waiting } = disk();
    const early = new EarlyFlush(sync);
    early.written(1000);
    early.start();
    expect(waiting).toHaveLength(1);
    early.written(1000);
    early.start();
    expect(waiting).toHaveLength(1);
    let ended = false;
    const end = early.end().then(() => {
      ended = true;
    });
    waiting[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(waiting).toHaveLength(2);
    expect(ended).toBe(false);
    waiting[1]?.();
    await end;
    early.written(many);
    expect(waiting).toHaveLength(3);
  });

  it('that fails is told in the end, though a later one succeeds', async () => {
    const { sync, waiting } = disk();
    const early = new EarlyFlush(sync);
    early.written(many);
    waiting[0]?.(new Error('the disk is gone'));
    await new Promise((resolve) => setImmediate(resolve));
    early.written(many);
    waiting[1]?.();
    await expect(early.end()).rejects.toThrow('the disk is gone');
  });
});
