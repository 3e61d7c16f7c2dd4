import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEntry } from '../../../src/source/cache/entry.ts';
import { cacheLayout } from '../../../src/source/cache/layout.ts';
import { makeOnce, type Work } from '../../../src/source/cache/make-once.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();
let count = 0;
const key = 'ab'.repeat(32);
const facts = { name: 'x', title: 'X', format: 'raw', size: 4, archiveSha256: key } as const;

function work(cache: string, make: Work['make']): Work {
  const find = () => findEntry(cacheLayout(cache), key);
  return { name: key, title: 'X', patience: { staleLock: 500 }, find, make };
}

describe('makeOnce', () => {
  it('does not keep what was not made to its end', async () => {
    const cache = path.join(folder, String(count++));
    const failing = work(cache, async ({ imagePath }) => {
      await writeFile(imagePath, 'ha');
      throw new Error('no more');
    });
    await expect(makeOnce(cacheLayout(cache), failing)).rejects.toThrow('no more');
    for (const name of ['images', 'drafts', 'locks'])
      expect(await readdir(path.join(cache, name))).toEqual([]);
  });

  it('leaves the work to whoever took its lock, and takes what came of it', async () => {
    const cache = path.join(folder, String(count++));
    const lock = path.join(cache, 'locks', `${key}.lock`);
    let attempts = 0;
    const suspended = work(cache, async ({ imagePath }, signal) => {
      attempts++;
      await writeFile(imagePath, 'data');
      if (attempts > 1) return { key, facts };
      // Another process takes this one for dead, works, and dies.
      await writeFile(lock, 'another token');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
      throw new Error('it was not told');
    });
    const entry = await makeOnce(cacheLayout(cache), suspended);
    expect(attempts).toBe(2);
    expect(await findEntry(cacheLayout(cache), key)).toEqual(entry);
    expect(await readdir(path.join(cache, 'locks'))).toEqual([]);
  });

  it('says so when its cache is removed under its hands', async () => {
    const cache = path.join(folder, String(count++));
    const bereft = work(cache, async () => {
      await rm(cache, { recursive: true });
      return { key, facts };
    });
    await expect(makeOnce(cacheLayout(cache), bereft)).rejects.toMatchObject({ code: 'output.failed' });
  });
});
