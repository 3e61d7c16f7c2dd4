import { chmod, mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawDemo } from '../fixtures/demo.ts';
import { noise, obtaining, sha256Of, someImage } from '../fixtures/obtaining.ts';
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
const monday = new Date('2026-11-23T12:00:00Z');

/** A file that is old enough for its digest to be remembered. */
async function fileWith(bytes: Uint8Array, name = 'kitchen.img.gz'): Promise<string> {
  const file = path.join(await freshFolder(), name);
  await writeFile(file, bytes);
  return file;
}

describe.skipIf(process.platform === 'win32')('an unpacked copy in the cache', () => {
  it.each([
    [0o600, '600'],
    [0o400, '600'],
    [0o644, '644'],
    [0o640, '644'],
  ])('of a packed file of mode %o is as private as that: %s', async (mode, expected) => {
    const file = await fileWith(packed);
    await chmod(file, mode);
    const { path: copy } = await obtaining(await freshFolder()).run(file);
    expect(((await stat(copy)).mode & 0o777).toString(8)).toBe(expected);
  });
});

describe('a raw file', () => {
  it('is used where it is, and is not touched', async () => {
    const file = await fileWith(image, 'kitchen.img');
    await utimes(file, monday, monday);
    const cache = path.join(root, 'never-made');
    const { run, events } = obtaining(cache);
    expect(await run(file)).toEqual({
      name: 'kitchen',
      title: 'kitchen.img',
      path: file,
      size: image.length,
      format: 'raw',
    });
    expect(events).toEqual([]);
    expect((await readFile(file)).equals(image)).toBe(true);
    expect((await stat(file)).mtime).toEqual(monday);
    await expect(stat(cache)).rejects.toThrow('ENOENT');
  });

  it('is found from the given folder', async () => {
    const file = await fileWith(image, 'kitchen.img');
    const { run } = obtaining(await freshFolder());
    expect((await run('./kitchen.img', { directory: path.dirname(file) })).path).toBe(file);
  });

  it('is checked against the digest that was given', async () => {
    const file = await fileWith(image, 'kitchen.img');
    const { run, events } = obtaining(await freshFolder());
    const sha256 = sha256Of(image);
    expect(await run(file, { sha256 })).toMatchObject({ path: file, sha256 });
    expect(events.at(-1)).toMatchObject({ code: 'base.trusted', by: 'given', sha256 });
    const other = run(file, { sha256: 'ab'.repeat(32) });
    await expect(other).rejects.toMatchObject({
      code: 'source.checksum',
      message: expect.stringMatching(/abab/),
    });
  });

  it('is told by its first bytes, not by its name', async () => {
    const { run } = obtaining(await freshFolder());
    expect((await run(await fileWith(image, 'kitchen.img.xz'))).format).toBe('raw');
    expect((await run(await fileWith(packed, 'kitchen.img'))).format).toBe('gz');
  });
});

describe('a compressed file', () => {
  it('is unpacked once, and found again by its content', async () => {
    const file = await fileWith(packed);
    const cache = await freshFolder();
    const first = obtaining(cache);
    const base = await first.run(file);
    expect(base).toMatchObject({
      name: 'kitchen',
      format: 'gz',
      size: image.length,
      sha256: sha256Of(packed),
    });
    expect((await readFile(base.path)).equals(image)).toBe(true);
    expect(first.events).toMatchObject([
      { code: 'stage.started', stage: 'unpack', total: packed.length },
      { code: 'stage.progress' },
      { code: 'stage.finished', stage: 'unpack', bytes: image.length },
    ]);

    const copy = path.join(await freshFolder(), 'other.img.gz');
    await writeFile(copy, packed);
    const second = await obtaining(cache).run(copy, { sha256: sha256Of(packed) });
    expect(second).toEqual({ ...base, name: 'other', title: 'other.img.gz' });
    expect((await readFile(file)).equals(packed)).toBe(true);
  });

  it('is not read again while nothing about it changes', async () => {
    const file = await fileWith(packed);
    const cache = await freshFolder();
    // Its last change is too fresh to be told from the next one.
    await obtaining(cache).run(file);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await obtaining(cache).run(file);
    const third = obtaining(cache);
    await third.run(file);
    expect(third.events).toEqual([]);
    expect(await obtaining(cache).run(file, { sha256: sha256Of(packed) })).toMatchObject({ name: 'kitchen' });
  });

  it('of the same size and time but other content is another file', async () => {
    const file = await fileWith(packed);
    const cache = await freshFolder();
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const before = await obtaining(cache).run(file);
    const times = await stat(file);
    const other = Buffer.from(packed);
    other[4] = 0x55; // the time in the header of .gz, which is no part of the content
    await writeFile(`${file}.new`, other);
    await utimes(`${file}.new`, times.atime, times.mtime);
    await rename(`${file}.new`, file);
    const after = await obtaining(cache).run(file);
    expect(after.sha256).toBe(sha256Of(other));
    expect(after.path).not.toBe(before.path);
  });

  it('that is damaged leaves nothing in the cache', async () => {
    const cache = await freshFolder();
    await expect(obtaining(cache).run(await fileWith(packed.subarray(0, -9)))).rejects.toMatchObject({
      code: 'source.archive',
      message: expect.stringMatching(/kitchen\.img\.gz/),
    });
    for (const name of ['images', 'drafts', 'locks'])
      expect(await readdir(path.join(cache, name))).toEqual([]);
  });

  it('with the wrong digest is not even unpacked', async () => {
    const { run, events } = obtaining(await freshFolder());
    await expect(run(await fileWith(packed), { sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'source.checksum',
    });
    expect(events).not.toContainEqual(expect.objectContaining({ stage: 'unpack' }));
  });

  it('whose image in the cache was damaged is unpacked anew', async () => {
    const file = await fileWith(packed);
    const cache = await freshFolder();
    const base = await obtaining(cache).run(file);
    await writeFile(base.path, 'shorter');
    const again = await obtaining(cache).run(file);
    expect(again).toEqual(base);
    expect((await readFile(again.path)).equals(image)).toBe(true);
  });

  it('stops when the work is given up, and leaves nothing', async () => {
    const file = await fileWith(gzipSync(noise(8_000_000)));
    const cache = await freshFolder();
    const controller = new AbortController();
    const run = obtaining(cache).run(file, {
      signal: controller.signal,
      onEvent: ({ code }) => code === 'stage.progress' && controller.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    for (const name of ['images', 'drafts', 'locks'])
      expect(await readdir(path.join(cache, name))).toEqual([]);
  });
});

describe('a name', () => {
  it('of an image in the package gives that image', async () => {
    const { run, events } = obtaining(await freshFolder());
    const base = await run('demo');
    expect(base).toMatchObject({ name: 'demo', format: 'xz' });
    expect((await readFile(base.path)).equals(await rawDemo())).toBe(true);
    expect(events).toContainEqual(expect.objectContaining({ code: 'base.trusted', by: 'pinned-archive' }));
  });

  it('wins over a file of that name; any other bare name may be a file', async () => {
    const folder = await freshFolder();
    await writeFile(path.join(folder, 'demo'), image);
    await writeFile(path.join(folder, 'kitchen'), image);
    const { run } = obtaining(await freshFolder());
    expect((await run('demo', { directory: folder })).format).toBe('xz');
    expect((await run('kitchen', { directory: folder })).path).toBe(path.join(folder, 'kitchen'));
  });

  it('needs the network when its image is not in the cache', async () => {
    const run = obtaining(await freshFolder()).run('raspbian-buster-lite', { offline: true });
    await expect(run).rejects.toMatchObject({
      code: 'source.offline',
      message: expect.stringMatching(/offline/),
    });
  });

  it.each(['raspbian-buster-lite-2022-09-22', 'raspbian-buster-2019-07-10'])(
    'without a digest (%s) needs its publisher first',
    async (name) => {
      const run = obtaining(await freshFolder()).run(name, { offline: true });
      await expect(run).rejects.toMatchObject({ code: 'source.offline' });
    },
  );

  it('with another digest than the one that is known is refused at once', async () => {
    const run = obtaining(await freshFolder()).run('raspbian-buster-lite', { sha256: 'ab'.repeat(32) });
    await expect(run).rejects.toMatchObject({ code: 'source.checksum' });
  });

  it.each([
    ['raspbian-bster', 'source.unknown-image', /raspbian-bster/],
    ['./nope.img', 'source.not-found', /nope\.img does not exist/],
    ['nope.img.xz', 'source.not-found', /nope\.img\.xz does not exist/],
    ['folder/', 'source.not-found', /folder/],
  ])('that is nothing (%s) is told', async (reference, code, says) => {
    const directory = await freshFolder();
    await mkdir(path.join(directory, 'folder'));
    const error = await obtaining(directory)
      .run(reference)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(says), help: expect.any(String) });
  });
});

describe('a cache that cannot be', () => {
  it('is told with its place', async () => {
    const file = path.join(await freshFolder(), 'a-file');
    await writeFile(file, '');
    const run = obtaining(path.join(file, 'cache')).run(await fileWith(packed));
    await expect(run).rejects.toMatchObject({
      code: 'output.permission',
      message: expect.stringContaining(file),
      help: expect.stringMatching(/--cache-dir/),
    });
  });
});
