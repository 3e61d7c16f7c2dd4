import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SideWork } from '../../../src/model/side-work.ts';
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

/** A disk that has taken nothing until it is said to have. */
function slowDisk(): { disk: Promise<void>; written: () => void } {
  let written = () => {};
  const disk = new Promise<void>((resolve) => {
    written = resolve;
  });
  return { disk, written };
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

  it('gives an entry before it is on the disk to whom it is enough, and to others when it is', async () => {
    const cache = path.join(folder, String(count++));
    const layout = cacheLayout(cache);
    const { disk, written } = slowDisk();
    const side = new SideWork();
    let attempts = 0;
    const making = work(cache, async ({ imagePath, toDisk }) => {
      attempts++;
      await writeFile(imagePath, 'data');
      toDisk.add(disk);
      return { key, facts };
    });
    const entry = await makeOnce(layout, { ...making, side });
    expect(await readFile(entry.imagePath, 'utf8')).toBe('data');
    expect(await findEntry(layout, key)).toBeUndefined();

    let isWaiting = false;
    let isThere = false;
    const onEvent = () => {
      isWaiting = true;
    };
    const other = makeOnce(layout, { ...making, onEvent }).finally(() => {
      isThere = true;
    });
    await expect.poll(() => isWaiting).toBe(true);
    expect(isThere).toBe(false);
    written();
    await side.end();
    expect(await findEntry(layout, key)).toEqual(entry);
    expect(await other).toEqual(entry);
    expect(attempts).toBe(1);
    expect(await readdir(path.join(cache, 'locks'))).toEqual([]);
  });

  it('has two that come to the same entry under two names place it one after the other', async () => {
    const cache = path.join(folder, String(count++));
    const layout = cacheLayout(cache);
    const { disk, written } = slowDisk();
    const side = new SideWork();
    const making = work(cache, async ({ imagePath, toDisk }) => {
      await writeFile(imagePath, 'data');
      toDisk.add(disk);
      return { key, facts };
    });
    const find = async () => undefined;
    const entry = await makeOnce(layout, { ...making, name: 'one', side, find });
    const { ino } = await stat(entry.imagePath);

    let isWaiting = false;
    const onEvent = () => {
      isWaiting = true;
    };
    const other = makeOnce(layout, {
      ...work(cache, async ({ imagePath }) => {
        await writeFile(imagePath, 'same');
        return { key, facts };
      }),
      ...{ name: 'two', find, onEvent },
    });
    await expect.poll(() => isWaiting).toBe(true);
    expect((await stat(entry.imagePath)).ino).toBe(ino);
    written();
    await side.end();
    expect(await other).toEqual(entry);
    expect(await readFile(entry.imagePath, 'utf8')).toBe('data');
    for (const name of ['drafts', 'locks']) expect(await readdir(path.join(cache, name))).toEqual([]);
  });

  it.each([true, false])('keeps nothing that the disk does not take (aside: %s)', async (isAside) => {
    const cache = path.join(folder, String(count++));
    const side = new SideWork();
    const failing = work(cache, async ({ imagePath, toDisk }) => {
      await writeFile(imagePath, 'data');
      toDisk.add(Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' })));
      return { key, facts };
    });
    const made = makeOnce(cacheLayout(cache), { ...failing, ...(isAside && { side }) });
    if (isAside) await made;
    await expect(isAside ? side.end() : made).rejects.toMatchObject({
      code: 'output.no-space',
      message: expect.stringContaining(cache),
    });
    for (const name of ['images', 'drafts', 'locks'])
      expect(await readdir(path.join(cache, name))).toEqual([]);
  });

  it('takes what was placed and never published for nothing', async () => {
    const cache = path.join(folder, String(count++));
    const layout = cacheLayout(cache);
    const making = (bytes: string) =>
      work(cache, async ({ imagePath }) => {
        await writeFile(imagePath, bytes);
        return { key, facts };
      });
    const { folder: place, imagePath } = await makeOnce(layout, making('data'));
    // As after a power cut.
    await rm(path.join(place, 'entry.json'));
    await writeFile(imagePath, '\0\0\0\0');
    await makeOnce(layout, making('more'));
    expect(await readFile(imagePath, 'utf8')).toBe('more');
    expect(await readdir(path.join(cache, 'drafts'))).toEqual([]);
  });
});
