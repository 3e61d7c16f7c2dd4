import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { EarlyOutput } from '../../src/build/early-output.ts';
import type { BuildEvent } from '../../src/model/events.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { imageServer } from '../fixtures/image-server.ts';
import { sha256Of } from '../fixtures/obtaining.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const now = new Date('2024-05-06T07:08:10Z');
const quiet = { onEvent: undefined, signal: undefined };
let count = 0;
let demo: Uint8Array;
let packed: Uint8Array;

beforeAll(async () => {
  demo = await rawDemo();
  packed = gzipSync(demo, { level: 1 });
  fs.writeFileSync(path.join(directory, 'stock.img.gz'), packed);
});

function place() {
  const folder = path.join(directory, String(count++));
  fs.mkdirSync(folder);
  const output = path.join(folder, 'out.img');
  const image = path.join(folder, 'image');
  fs.writeFileSync(image, '');
  return { folder, image, output: { path: output, format: '.img', overwrite: false } as const };
}

/** Whether the temporary directory shares blocks between files: then nothing is to be seen here. */
function sharesBlocks(): boolean {
  const { folder, image } = place();
  try {
    fs.copyFileSync(image, path.join(folder, 'clone'), fs.constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  }
}
const cases = describe.skipIf(sharesBlocks());

cases('an output that is written early', () => {
  it('holds the base when all was given and found right', async () => {
    const { image, output } = place();
    await using early = new EarlyOutput(output, quiet);
    await early.begin(image);
    await early.write(Buffer.from('base'), 3);
    await early.end(10);
    expect(await early.take({ isPrivate: true })).toBeUndefined();
    early.accept();
    const draft = await early.take({ isPrivate: true });
    expect(draft?.holdsBase).toBe(true);
    expect(fs.readFileSync(`${output.path}.partial`, 'latin1')).toBe('\0\0\0base\0\0\0');
  });

  it.skipIf(process.platform === 'win32')(
    'is for its owner only until it is known to be for others',
    async () => {
      for (const [isPrivate, mode] of [
        [true, 0o600],
        [false, 0o644 & ~process.umask()],
      ] as const) {
        const { image, output } = place();
        await using early = new EarlyOutput(output, quiet);
        await early.begin(image);
        expect(fs.statSync(`${output.path}.partial`).mode & 0o777).toBe(0o600);
        early.accept();
        await early.take({ isPrivate });
        expect(fs.statSync(`${output.path}.partial`).mode & 0o777).toBe(mode);
      }
    },
  );

  it('keeps nothing of what it was given before it began anew', async () => {
    const { image, output } = place();
    await using early = new EarlyOutput(output, quiet);
    await early.begin(image);
    await early.write(Buffer.from('something longer'), 0);
    early.accept();
    await early.begin(image);
    expect(await early.take({ isPrivate: true })).toBeUndefined();
    await early.write(Buffer.from('base'), 0);
    await early.end(4);
    early.accept();
    await early.take({ isPrivate: true });
    expect(fs.readFileSync(`${output.path}.partial`, 'latin1')).toBe('base');
  });

  it('that was given up is gone, and takes no more', async () => {
    const { folder, image, output } = place();
    const early = new EarlyOutput(output, quiet);
    await early.begin(image);
    expect(await early.giveUp()).toBe(true);
    expect(await early.giveUp()).toBe(false);
    await early.write(Buffer.from('base'), 0);
    await early.end(4);
    early.accept();
    expect(await early.take({ isPrivate: true })).toBeUndefined();
    expect(fs.readdirSync(folder)).toEqual(['image']);
  });

  it('gives way when it cannot be written', async () => {
    const { folder, image, output } = place();
    await using early = new EarlyOutput(output, quiet);
    await early.begin(image);
    // No file system has room for that.
    await early.end(2 ** 62);
    early.accept();
    expect(await early.take({ isPrivate: true })).toBeUndefined();
    expect(fs.readdirSync(folder)).toEqual(['image']);
  });
});

cases('an output that a raw base is copied to', () => {
  const large = 64 * 2 ** 20;
  const base = (name: string) => {
    const file = path.join(directory, name);
    fs.writeFileSync(file, 'base');
    fs.truncateSync(file, large);
    return { path: file, size: large };
  };

  it('holds the base once it is taken', async () => {
    const { output } = place();
    await using early = new EarlyOutput(output, quiet);
    early.start(base('raw'));
    const draft = await early.take({ isPrivate: true });
    expect(draft?.holdsBase).toBe(true);
    expect(sha256Of(fs.readFileSync(`${output.path}.partial`))).toBe(
      sha256Of(fs.readFileSync(path.join(directory, 'raw'))),
    );
  });

  it('is left alone where the base is small, or was written to it while it was unpacked', async () => {
    const { image, output } = place();
    await using early = new EarlyOutput(output, quiet);
    early.start({ ...base('small'), size: large - 1 });
    expect(await early.take({ isPrivate: true })).toBeUndefined();
    await early.begin(image);
    await early.write(Buffer.from('unpacked'), 0);
    await early.end(8);
    early.accept();
    early.start(base('raw'));
    await early.take({ isPrivate: true });
    expect(fs.readFileSync(`${output.path}.partial`, 'latin1')).toBe('unpacked');
  });

  it('is gone when it is not wanted any more, and when the base cannot be read', async () => {
    const { folder, output } = place();
    const unwanted = new EarlyOutput(output, quiet);
    unwanted.start(base('raw'));
    await unwanted[Symbol.asyncDispose]();
    expect(fs.readdirSync(folder)).toEqual(['image']);
    await using failing = new EarlyOutput(output, quiet);
    failing.start({ path: path.join(directory, 'missing'), size: large });
    expect(await failing.take({ isPrivate: true })).toBeUndefined();
    expect(fs.readdirSync(folder)).toEqual(['image']);
  });

  it('tells when it is another build that writes it', async () => {
    const { output } = place();
    await using other = new EarlyOutput(output, quiet);
    other.start(base('raw'));
    await other.take({ isPrivate: true });
    await using early = new EarlyOutput(output, quiet);
    early.start(base('raw'));
    await expect(early.take({ isPrivate: true })).rejects.toMatchObject({ code: 'output.busy' });
  });
});

cases('a build of an archive', () => {
  const settings = () => ({ image: './stock.img.gz', sha256: sha256Of(packed), hostname: 'kitchen' });
  const options = { directory, now, seed: 'seed', verify: 'full' } as const;

  /** Builds, and tells what lies beside the output when the plan is made. */
  async function built(cacheDirectory: string, more: object = {}) {
    const { folder, output } = place();
    const found = () =>
      fs
        .readdirSync(folder)
        .filter((name) => name.startsWith('out'))
        .map((name) => [name, sha256Of(fs.readFileSync(path.join(folder, name)))] as const);
    let before: ReturnType<typeof found> = [];
    const onEvent = ({ code, ...event }: BuildEvent): void => {
      if (code === 'stage.started' && 'stage' in event && event.stage === 'plan') before = found();
    };
    const run = build(settings(), { ...options, cacheDirectory, output: output.path, onEvent, ...more });
    const error = await run.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    return { before, error, after: found() };
  }

  it('writes the base into its output while it is unpacked, and gives the same as a later one', async () => {
    const cache = path.join(directory, 'cache');
    const first = await built(cache);
    expect(first).toMatchObject({ error: undefined, after: [['out.img', expect.anything()]] });
    expect(first.before).toEqual([['out.img.partial', sha256Of(demo)]]);
    expect(await built(cache)).toMatchObject({ error: undefined, after: first.after });
  });

  it('leaves nothing when a download is not the right one', async () => {
    const server = await imageServer({ body: packed });
    const wrong = { ...settings(), image: server.url.href, sha256: 'ab'.repeat(32) };
    const { folder, output } = place();
    const cacheDirectory = path.join(directory, 'cache-of-another');
    await expect(build(wrong, { ...options, cacheDirectory, output: output.path })).rejects.toMatchObject({
      code: 'source.checksum',
    });
    expect(fs.readdirSync(folder)).toEqual(['image']);
  });

  it('leaves nothing when it fails after the base is there', async () => {
    const onFetched = path.join(directory, 'cache-of-failing');
    const fails = await built(onFetched, { secrets: undefined, directory: path.join(directory, 'missing') });
    expect(fails.error).toBeDefined();
    expect(fails.after).toEqual([]);
    const aborted = new AbortController();
    const late = await built(onFetched, {
      signal: aborted.signal,
      onEvent: ({ code }: BuildEvent) => code === 'edit.applied' && aborted.abort(),
    });
    expect(late.error).toBeDefined();
    expect(late.after).toEqual([]);
    // What was unpacked for it is for the next one all the same.
    const [key = ''] = fs.readdirSync(path.join(onFetched, 'images'));
    expect(fs.readdirSync(path.join(onFetched, 'images', key)).sort()).toEqual(['entry.json', 'image.img']);
    expect(fs.readdirSync(path.join(onFetched, 'locks'))).toEqual([]);
  });

  it('leaves nothing when its base does not get into the cache in the end', async () => {
    const cache = path.join(directory, 'cache-that-fails-late');
    const onEvent = (event: BuildEvent): void => {
      if (event.code !== 'stage.finished' || event.stage !== 'unpack') return;
      // In the way of what is written last.
      const drafts = path.join(cache, 'drafts');
      for (const draft of fs.readdirSync(drafts)) fs.mkdirSync(path.join(drafts, draft, 'entry.json'));
    };
    const { error, after } = await built(cache, { onEvent });
    expect(error).toMatchObject({ code: 'EISDIR' });
    expect(after).toEqual([]);
    for (const name of ['images', 'drafts', 'locks'])
      expect(fs.readdirSync(path.join(cache, name))).toEqual([]);
  });

  it('writes holes of its own where free space is to be zero', async () => {
    const { before, error } = await built(path.join(directory, 'cache-of-zeroed'), { zeroFree: true });
    expect(error).toBeUndefined();
    expect(before).toEqual([]);
  });
});
