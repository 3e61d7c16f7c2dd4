import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { acquireLock } from '../../../src/source/cache/lock.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();
let count = 0;
const fresh = (): string => path.join(folder, `${count++}.lock`);
const options = { staleAfter: 600 };

describe('a lock', () => {
  it('is held by one, and goes away with its release', async () => {
    const file = fresh();
    const lock = await acquireLock(file, options);
    await expect(acquireLock(file, { ...options, signal: AbortSignal.timeout(100) })).rejects.toThrow();
    await lock.release();
    await expect(stat(file)).rejects.toThrow('ENOENT');
    await (await acquireLock(file, options)).release();
  });

  it('is handed on among many, one at a time, and all are told once that they wait', async () => {
    const file = fresh();
    let holders = 0;
    let most = 0;
    let waits = 0;
    const work = async (): Promise<void> => {
      const lock = await acquireLock(file, { ...options, onWait: () => waits++ });
      most = Math.max(most, ++holders);
      await sleep(5);
      holders--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect(most).toBe(1);
    expect(waits).toBe(7);
  });

  it('shows that its holder lives, for longer than a dead one is waited for', async () => {
    const file = fresh();
    const lock = await acquireLock(file, options);
    await expect(acquireLock(file, { ...options, signal: AbortSignal.timeout(1800) })).rejects.toThrow();
    expect(lock.lost.aborted).toBe(false);
    await lock.release();
  });

  it.each(['', 'a token of nobody'])(
    'of a dead process (%j) is taken over by one of all that wait',
    async (token) => {
      const file = fresh();
      await writeFile(file, token);
      // A clock of another machine must not matter.
      await utimes(file, new Date(), new Date(Date.now() + 3_600_000));
      let holders = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        const lock = await acquireLock(file, options);
        most = Math.max(most, ++holders);
        await sleep(5);
        holders--;
        await lock.release();
      };
      await Promise.all(Array.from({ length: 6 }, work));
      expect(most).toBe(1);
      expect((await readdir(folder)).filter((name) => name.startsWith(path.basename(file)))).toEqual([]);
    },
  );

  it('that was taken away is told to its holder, who leaves the new one alone', async () => {
    const file = fresh();
    const lock = await acquireLock(file, options);
    await writeFile(file, 'another token');
    await expect.poll(() => lock.lost.aborted, { timeout: 5000 }).toBe(true);
    await lock.release();
    expect(await readFile(file, 'utf8')).toBe('another token');
  });
});
