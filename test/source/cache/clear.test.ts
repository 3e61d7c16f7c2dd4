import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clearCache } from '../../../src/source/cache/clear.ts';
import { listCache } from '../../../src/source/cache/contents.ts';
import { cacheLayout } from '../../../src/source/cache/layout.ts';
import { acquireLock } from '../../../src/source/cache/lock.ts';
import { imageServer } from '../../fixtures/image-server.ts';
import { impatience, obtaining, someImage } from '../../fixtures/obtaining.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();
let count = 0;
const fresh = (): string => path.join(folder, `cache-${count++}`);
const key = 'ab'.repeat(32);
const uuid = '01234567-89ab-cdef-0123-456789abcdef';

/** A cache with an image and the beginning of a download. */
async function filled(cache: string): Promise<string> {
  const whole = await imageServer({ body: someImage() });
  await obtaining(cache).run(whole.url.href, { sha256: whole.sha256 });
  const cut = await imageServer({
    body: Buffer.concat([someImage(), Buffer.from('x')]),
    always: { cutAfter: 90_000, ignoreRange: true },
  });
  const patience = { ...impatience, attempts: 1 };
  await obtaining(cache)
    .run(cut.url.href, { sha256: cut.sha256, patience })
    .catch(() => {});
  return whole.sha256;
}

const everything = async (root: string): Promise<string[]> =>
  (await readdir(root, { recursive: true })).sort();

describe('a cache', () => {
  it('lists what takes room in it', async () => {
    const cache = fresh();
    await filled(cache);
    expect(await listCache(cacheLayout(cache))).toMatchObject([
      {
        kind: 'download',
        name: 'image.bin',
        bytes: expect.any(Number),
        used: expect.stringMatching(/^20\d\d-/),
      },
      { kind: 'image', name: 'image', bytes: expect.any(Number), used: expect.stringMatching(/^20\d\d-/) },
    ]);
  });

  it('that does not exist is empty, and stays away', async () => {
    const cache = fresh();
    expect(await listCache(cacheLayout(cache))).toEqual([]);
    expect(await clearCache(cacheLayout(cache), 500)).toEqual({ removed: [], kept: [] });
    await expect(readdir(cache)).rejects.toThrow('ENOENT');
  });

  it('is gone when it was cleared', async () => {
    const cache = fresh();
    await filled(cache);
    const { drafts, files, known, locks } = cacheLayout(cache);
    await mkdir(path.join(drafts, `${key}.${uuid}`));
    await writeFile(path.join(drafts, `${key}.${uuid}`, 'image.img'), 'x');
    await writeFile(path.join(drafts, `${key}.${uuid}`, 'entry.json'), '{}');
    await writeFile(path.join(drafts, `known.${uuid}`), '{}');
    await writeFile(path.join(known, `${key}.json`), '{}');
    await writeFile(path.join(locks, `${key}.lock.${uuid}`), '');
    await writeFile(path.join(files, key), 'package');
    await writeFile(path.join(files, `${key}.partial`), 'left');
    await utimes(path.join(files, `${key}.partial`), 0, 0);
    expect((await clearCache(cacheLayout(cache), 500)).removed).toMatchObject([
      { kind: 'files', count: 2 },
      { kind: 'download' },
      { kind: 'image' },
    ]);
    await expect(readdir(cache)).rejects.toThrow('ENOENT');
  });

  it('keeps a file that another run is still downloading', async () => {
    const cache = fresh();
    const layout = cacheLayout(cache);
    await mkdir(layout.files, { recursive: true });
    const partial = path.join(layout.files, `${key}.${uuid}.partial`);
    await writeFile(partial, 'begun');
    await writeFile(path.join(layout.files, key), 'whole');
    expect(await clearCache(layout, 500)).toMatchObject({ removed: [], kept: [{ kind: 'files' }] });
    expect(await everything(layout.files)).toEqual([path.basename(partial)]);
  });

  it('keeps what is not ours, wherever it lies', async () => {
    const cache = fresh();
    const sha256 = await filled(cache);
    const foreign = [
      'thesis.odt',
      'images/holiday.jpg',
      'images/2026/beach.jpg',
      `images/${sha256}/notes.txt`,
      `images/${sha256.toUpperCase().slice(1)}x/image.img`,
      'downloads/archive',
      'drafts/novel.txt',
      `drafts/${key}.${uuid}/chapter.txt`,
      'files/letter.txt',
      'known/people.json',
      'locks/door.lock',
    ];
    for (const name of foreign) {
      await mkdir(path.dirname(path.join(cache, name)), { recursive: true });
      await writeFile(path.join(cache, name), 'mine');
    }
    const outside = path.join(folder, `outside-${count++}`);
    await mkdir(outside);
    await writeFile(path.join(outside, 'image.img'), 'mine');
    await writeFile(path.join(outside, 'entry.json'), 'mine');
    await symlink(outside, path.join(cache, 'images', key));

    await clearCache(cacheLayout(cache), 500);
    for (const name of foreign) expect(await readFile(path.join(cache, name), 'utf8'), name).toBe('mine');
    expect(await everything(outside)).toEqual(['entry.json', 'image.img']);
    expect(await everything(path.join(cache, 'images', sha256))).toEqual(['notes.txt']);
    expect(await everything(path.join(cache, 'downloads'))).toEqual(['archive']);
  });

  it('is gone when all that is left of a killed process is its lock', async () => {
    const cache = fresh();
    const sha256 = await filled(cache);
    await writeFile(path.join(cache, 'locks', `${sha256}.lock`), 'of the dead');
    await writeFile(path.join(cache, 'locks', `${'c'.repeat(64)}.lock`), 'of the dead');
    await writeFile(path.join(cache, 'locks', `placing-${'d'.repeat(64)}.lock`), 'of the dead');
    await clearCache(cacheLayout(cache), 100);
    await expect(readdir(cache)).rejects.toThrow('ENOENT');
  });

  it('keeps what another run is working on', async () => {
    const cache = fresh();
    const sha256 = await filled(cache);
    const lock = await acquireLock(path.join(cache, 'locks', `${sha256}.lock`), { staleAfter: 500 });
    const { kept, removed } = await clearCache(cacheLayout(cache), 500);
    await lock.release();
    expect(kept).toMatchObject([{ key: sha256 }]);
    expect(removed).toMatchObject([{ kind: 'download' }]);
    expect(await listCache(cacheLayout(cache))).toMatchObject([{ key: sha256 }]);
  });

  it('leaves the tag of another program as it is', async () => {
    const cache = fresh();
    await mkdir(cache);
    await writeFile(path.join(cache, 'CACHEDIR.TAG'), 'theirs');
    await filled(cache);
    await clearCache(cacheLayout(cache), 500);
    expect(await everything(cache)).toEqual(['CACHEDIR.TAG']);
    expect(await readFile(path.join(cache, 'CACHEDIR.TAG'), 'utf8')).toBe('theirs');
  });
});
