import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageCopy } from '../../src/source/unpack/image-copy.ts';
import { type Act, imageServer } from '../fixtures/image-server.ts';
import { noise, obtaining, sha256Of, someImage } from '../fixtures/obtaining.ts';
import { mountSmallDisk } from '../fixtures/small-disk.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { type ZippedFixture, zipOf } from '../fixtures/zip.ts';

const root = temporaryDirectory();
let count = 0;
const freshCache = (): string => path.join(root, `cache-${count++}`);

const image = someImage();
const kitchen: ZippedFixture = { name: 'kitchen.img', bytes: image };
const readme: ZippedFixture = { name: 'README.txt', bytes: noise(1000) };
const packed = zipOf(kitchen);

/** Downloads an archive; whether it was unpacked only when it was whole is told by the stage of that. */
async function download(body: Uint8Array, acts: readonly Act[] = [], more: { copy?: ImageCopy } = {}) {
  const server = await imageServer({ body, acts });
  const cache = freshCache();
  const { run, events } = obtaining(cache);
  const base = await run(server.url.href, { sha256: server.sha256, ...more });
  return {
    server,
    cache,
    bytes: await readFile(base.path),
    base,
    unpackedAfterwards: events.some((event) => event.code === 'stage.started' && event.stage === 'unpack'),
    codes: events.map(({ code }) => code),
  };
}

async function filesIn(cache: string): Promise<string[]> {
  const found = await readdir(cache, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && entry.name !== 'CACHEDIR.TAG')
    .map(({ name }) => name)
    .sort();
}

/** A copy that notes what was done with it. */
function notedCopy() {
  const done: string[] = [];
  const copy: ImageCopy = {
    begin: async () => void done.push('begin'),
    write: async () => {},
    end: async (size) => void done.push(`end at ${size}`),
    giveUp: async () => done.push('give up') > 0,
    accept: () => void done.push('accept'),
  };
  return { copy, done };
}

describe('a .zip that is downloaded', () => {
  it('is unpacked while it arrives', async () => {
    const { base, bytes, cache, unpackedAfterwards } = await download(packed);
    expect(base).toMatchObject({ format: 'zip', size: image.length, sha256: sha256Of(packed) });
    expect(bytes.equals(image)).toBe(true);
    expect(unpackedAfterwards).toBe(false);
    expect(await filesIn(cache)).toEqual(['entry.json', 'image.img']);
  });

  it('is unpacked afterwards where its directory leads elsewhere', async () => {
    const decoy = { name: 'decoy.img', bytes: noise(50_000), isUnlisted: true };
    for (const files of [[readme, kitchen], [decoy, kitchen], [{ ...kitchen, local: { name: 'x.img' } }]]) {
      const { bytes, cache, unpackedAfterwards } = await download(zipOf(...files));
      expect(bytes.equals(image)).toBe(true);
      expect(unpackedAfterwards).toBe(true);
      expect(await filesIn(cache)).toEqual(['entry.json', 'image.img']);
    }
  });

  it.each<[string, readonly Act[]]>([
    ['three cuts', [{ cutAfter: 100_000 }, { cutAfter: 1 }, { cutAfter: 100_000 }]],
    ['a cut in its first header', [{ cutAfter: 20 }]],
    ['a cut in its directory', [{ cutAfter: packed.length - 30 }]],
    ['a stall', [{ stallAfter: 70_000 }]],
    ['no length', [{ chunked: true }]],
    [
      'a file that changes meanwhile',
      [{ cutAfter: 90_000, body: zipOf({ ...kitchen, isStored: true }), etag: '"v0"' }],
    ],
  ])('survives %s', async (_what, acts) => {
    const { bytes, cache, unpackedAfterwards } = await download(packed, acts);
    expect(bytes.equals(image)).toBe(true);
    expect(unpackedAfterwards).toBe(false);
    expect(await filesIn(cache)).toEqual(['entry.json', 'image.img']);
  });

  it('is gone on with by the next run, from its first byte', async () => {
    const server = await imageServer({ body: packed, acts: [{ cutAfter: 90_000 }, { status: 404 }] });
    const cache = freshCache();
    const { run, events } = obtaining(cache);
    await expect(run(server.url.href, { sha256: server.sha256 })).rejects.toMatchObject({
      code: 'source.http',
    });
    expect(await filesIn(cache)).toEqual(['about.json', 'archive']);
    const base = await run(server.url.href, { sha256: server.sha256 });
    expect((await readFile(base.path)).equals(image)).toBe(true);
    expect(server.requests[2]?.range).toBe('bytes=90000-');
    expect(events).not.toContainEqual(expect.objectContaining({ stage: 'unpack' }));
  });

  it('is taken over only when its digest is right, whatever it says', async () => {
    const { copy, done } = notedCopy();
    const server = await imageServer({ body: packed });
    const cache = freshCache();
    const run = obtaining(cache).run(server.url.href, { sha256: 'ab'.repeat(32), copy });
    await expect(run).rejects.toMatchObject({ code: 'source.checksum' });
    expect(done).toEqual(['begin', `end at ${image.length}`]);
    expect(await filesIn(cache)).toEqual([]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['two images', zipOf(kitchen, { ...kitchen, name: 'cellar.img' }), /more than one image/],
    ['damage', zipOf({ ...kitchen, central: { crc32: 1 } }), /checksum/],
    [
      'data that is none',
      zipOf({ ...kitchen, isStored: true, local: { method: 8 }, central: { method: 8 } }),
      /./,
    ],
    ['no directory', packed.subarray(0, -22), /./],
    ['a password', zipOf({ ...kitchen, local: { flags: 1 }, central: { flags: 1 } }), /password/],
  ])('that is %s, by its right digest, is refused', async (_what, body, says) => {
    const { copy, done } = notedCopy();
    const server = await imageServer({ body });
    const cache = freshCache();
    const run = obtaining(cache).run(server.url.href, { sha256: server.sha256, copy });
    await expect(run).rejects.toMatchObject({
      code: 'source.archive',
      message: expect.stringMatching(says),
    });
    expect(done).not.toContain('accept');
    expect(await filesIn(cache)).toEqual([]);
  });

  it('gives its copy what it took itself, once or anew', async () => {
    const first = notedCopy();
    await download(packed, [], first);
    expect(first.done).toEqual(['begin', `end at ${image.length}`, 'accept']);

    const decoy = { name: 'decoy.img', bytes: noise(50_000), isUnlisted: true };
    const second = notedCopy();
    await download(zipOf(decoy, kitchen), [], second);
    expect(second.done).toEqual(['begin', 'end at 50000', 'begin', `end at ${image.length}`, 'accept']);

    const third = notedCopy();
    await download(zipOf({ ...kitchen, isStored: true, local: { method: 8 } }), [], third);
    expect(third.done).toEqual(['begin', 'give up', 'begin', `end at ${image.length}`, 'accept']);
  });

  it.skipIf(process.getuid?.() !== 0)('says so where the disk is full', async ({ skip }) => {
    const cache = freshCache();
    await mkdir(cache);
    if (!mountSmallDisk(cache, 'size=6m')) return skip('a tmpfs cannot be mounted here');
    const server = await imageServer({ body: zipOf({ name: 'kitchen.img', bytes: noise(4_000_000) }) });
    const run = obtaining(cache).run(server.url.href, { sha256: server.sha256 });
    await expect(run).rejects.toMatchObject({
      code: 'output.no-space',
      message: expect.stringContaining(cache),
    });
    expect((await filesIn(cache)).filter((name) => !['about.json', 'archive'].includes(name))).toEqual([]);
  });
});
