import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listCache } from '../../src/source/cache/contents.ts';
import { cacheLayout } from '../../src/source/cache/layout.ts';
import { findDownload } from '../../src/source/obtain.ts';
import { imageServer } from '../fixtures/image-server.ts';
import { obtaining, sha256Of, someImage } from '../fixtures/obtaining.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const root = temporaryDirectory();
let count = 0;
async function freshFolder(): Promise<string> {
  const folder = path.join(root, String(count++));
  await mkdir(folder);
  return folder;
}

const image = someImage();
const packed = gzipSync(image);
const sha256 = sha256Of(packed);

async function served() {
  const server = await imageServer({ body: packed });
  return { server, url: server.url.href };
}

const download = (reference: string, cacheDirectory: string, more: { sha256?: string } = {}) =>
  findDownload(reference, {
    directory: root,
    cacheDirectory,
    environment: {},
    offline: false,
    ...more,
  });

describe('a download', () => {
  it('is kept where findDownload says, when asked for, and makes the image in another cache without a network', async () => {
    const { server, url } = await served();
    const [first, second] = [await freshFolder(), await freshFolder()];
    await obtaining(first).run(url, { sha256, keepDownload: true });
    const asked = server.requests.length;

    const kept = await download(url, first, { sha256 });
    expect(kept).toEqual({
      name: expect.stringContaining('image'),
      url,
      sha256,
      folder: path.join(first, 'downloads', sha256),
    });
    expect((await readFile(path.join(kept?.folder ?? '', 'archive'))).equals(packed)).toBe(true);
    expect(await listCache(cacheLayout(first))).toContainEqual(
      expect.objectContaining({ kind: 'download', title: 'image.bin' }),
    );

    await cp(kept?.folder ?? '', path.join(second, 'downloads', sha256), { recursive: true });
    const base = await obtaining(second).run(url, { sha256, keepDownload: true });
    expect((await readFile(base.path)).equals(image)).toBe(true);
    expect(server.requests).toHaveLength(asked);
  });

  it('is not kept otherwise', async () => {
    const { url } = await served();
    const cache = await freshFolder();
    await obtaining(cache).run(url, { sha256 });
    expect(await readdir(path.join(cache, 'downloads'))).toEqual([]);
  });

  it('that was changed where it was kept is fetched again', async () => {
    const { server, url } = await served();
    const [first, second] = [await freshFolder(), await freshFolder()];
    await obtaining(first).run(url, { sha256, keepDownload: true });
    const asked = server.requests.length;
    const folder = path.join(second, 'downloads', sha256);
    await cp(path.join(first, 'downloads', sha256), folder, { recursive: true });
    const wrong = Buffer.from(packed);
    wrong[wrong.length >> 1] = ~(wrong[wrong.length >> 1] ?? 0);
    await writeFile(path.join(folder, 'archive'), wrong);
    const base = await obtaining(second).run(url, { sha256 });
    expect((await readFile(base.path)).equals(image)).toBe(true);
    expect(server.requests.length).toBeGreaterThan(asked);
  });
});

describe('findDownload', () => {
  it('knows an image of the catalogue by its digest without asking anybody', async () => {
    const found = await download('raspbian-buster-lite', await freshFolder());
    expect(found).toMatchObject({ sha256: expect.stringMatching(/^[\da-f]{64}$/) });
    expect(found?.url).toMatch(/^https:.*\.zip$/);
  });

  it('finds nothing for files of this computer and of the package', async () => {
    expect(await download('demo', await freshFolder())).toBeUndefined();
    expect(await download('some/kitchen.img.xz', await freshFolder())).toBeUndefined();
  });
});
