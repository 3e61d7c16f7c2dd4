import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildRelease, type ReleaseOptions } from '../../../src/build/release/build-release.ts';
import { parseManifest } from '../../../src/release/manifest.ts';
import { rawDemo } from '../../fixtures/demo.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const options = {
  directory,
  cacheDirectory: path.join(directory, 'cache'),
  now: new Date('2024-05-06T07:08:09.500Z'),
  formats: ['img.gz'],
} as const;
const password = 'Kanarie 9217';
const settings = {
  image: './stock.img',
  hostname: 'kitchen',
  user: { password },
  docker: { enabled: false },
};
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => fs.writeFileSync(path.join(directory, 'stock.img'), await rawDemo()));

let count = 0;
/** A folder of its own, in which a release is made. */
function place(): string {
  const made = path.join(directory, `place-${count++}`);
  fs.mkdirSync(made);
  return made;
}

function release(parent: string, more: Partial<ReleaseOptions> = {}, wanted: object = {}) {
  return buildRelease({ ...settings, ...wanted }, { ...options, folder: path.join(parent, 'out'), ...more });
}

const read = (folder: string, name: string): Buffer => fs.readFileSync(path.join(folder, name));
const all = (folder: string): Record<string, string> =>
  Object.fromEntries(fs.readdirSync(folder).map((name) => [name, digestOf(read(folder, name))]));

describe('a release', () => {
  it('is deflated once for .img.gz and .zip, with zeros in free space too, and leaves nothing of it', async () => {
    const parent = place();
    const kept: number[] = [];
    const onEvent: ReleaseOptions['onEvent'] = (event) => {
      if (event.code !== 'stage.finished' || event.stage !== 'write') return;
      const names = fs.readdirSync(parent, { recursive: true }).map(String);
      kept.push(names.filter((name) => name.includes('.codes') && name.endsWith('.piece')).length);
    };
    await release(parent, { formats: ['img.gz', 'zip'], zeroFree: true, onEvent }, { output: 'kitchen.zip' });
    expect(kept).toEqual([expect.any(Number), kept[0]]);
    expect(kept[0]).toBeGreaterThan(1);
    const folder = path.join(parent, 'out');
    expect(fs.readdirSync(folder)).not.toContain('.codes');
    const zip = read(folder, 'kitchen.zip');
    const stream = read(folder, 'kitchen.img.gz').subarray(100, -100);
    expect(zip.includes(stream)).toBe(true);
  });

  it('has the one image in every format, and documents that agree with it', async () => {
    const parent = place();
    const result = await release(parent, { formats: ['img.gz', 'img'] }, { output: 'x/kitchen.zip' });
    const folder = path.join(parent, 'out');
    expect(fs.readdirSync(parent)).toEqual(['out']);
    const names = result.files.map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['kitchen.img.gz', 'kitchen.img', 'kitchen.bmap']);
    expect(names).toEqual(
      expect.arrayContaining([
        'manifest.json',
        'sbom.cdx.json',
        'sbom.spdx.json',
        'provenance.json',
        'release-notes.md',
        'SHA256SUMS',
      ]),
    );
    expect(fs.readdirSync(folder).sort()).toEqual([...names].sort());

    const image = read(folder, 'kitchen.img');
    expect(zlib.gunzipSync(read(folder, 'kitchen.img.gz')).equals(image)).toBe(true);
    for (const { name, size, sha256 } of result.files) {
      expect([name, size, sha256]).toEqual([name, read(folder, name).length, digestOf(read(folder, name))]);
    }
    const lines = result.files.filter(({ name }) => name !== 'SHA256SUMS');
    expect(read(folder, 'SHA256SUMS').toString()).toBe(
      lines.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''),
    );
    const manifest = parseManifest(read(folder, 'manifest.json').toString(), 'manifest.json');
    expect(manifest).toEqual(result.manifest);
    expect(manifest).toMatchObject({
      base: { name: 'stock', size: image.length, sha256: digestOf(await rawDemo()) },
      image: { name: 'kitchen', size: image.length, sha256: digestOf(image) },
      build: { sourceDateEpoch: Date.parse('2024-05-06T07:08:09Z') / 1000, public: true },
      outputs: result.files.slice(0, 3),
    });
    const bom = JSON.parse(read(folder, 'sbom.cdx.json').toString());
    expect(bom.metadata.component.hashes[0].content).toBe(digestOf(image));
    expect(read(folder, 'kitchen.bmap').toString()).toContain(`<ImageSize>${image.length}</ImageSize>`);
  });

  it('is the same, byte for byte, at another place with the same seed, and draws one that is not given', async () => {
    const parent = place();
    const first = await release(parent, { seed: 'seed' });
    const there = place();
    fs.copyFileSync(path.join(directory, 'stock.img'), path.join(there, 'stock.img'));
    const more = { seed: 'seed', directory: there, cacheDirectory: path.join(there, 'cache') };
    const second = await release(there, more);
    expect(all(second.path)).toEqual(all(first.path));
    const third = await release(place());
    expect(third.manifest.build.seed).toMatch(/^[0-9a-f]{64}$/);
    expect(third.manifest.image.sha256).not.toBe(first.manifest.image.sha256);
  });

  it('tells no secret, and is for its owner only when it holds one', async () => {
    const { path: folder, manifest } = await release(place());
    expect(manifest.secrets.map(({ setting }) => setting)).toEqual(['user.password']);
    for (const name of fs.readdirSync(folder).filter((one) => !one.endsWith('.gz'))) {
      expect([name, read(folder, name).includes(password)]).toEqual([name, false]);
    }
    const shadow = manifest.edits.find((edit) => edit.path === '/etc/shadow');
    expect(shadow).toEqual(expect.objectContaining({ sensitive: true }));
    expect(shadow).not.toHaveProperty('sha256');
    const modes = fs.readdirSync(folder).map((name) => fs.statSync(path.join(folder, name)).mode & 0o077);
    if (process.platform !== 'win32') expect(new Set(modes)).toEqual(new Set([0]));
  });

  it('is not made of what leaks, unless it is not for everybody', async () => {
    const parent = place();
    const leaking = { user: undefined, wifi: { country: 'GB', networks: [{ ssid: 'A', password }] } };
    await expect(release(parent, {}, leaking)).rejects.toMatchObject({ code: 'plan.not-public' });
    expect(fs.readdirSync(parent)).toEqual([]);
    await expect(release(parent, { lint: 'off' }, leaking)).rejects.toMatchObject({ code: 'usage.invalid' });
    const { path: folder, manifest } = await release(parent, { public: false, lint: 'error' }, leaking);
    expect(manifest.build.public).toBe(false);
    expect(read(folder, 'manifest.json').toString()).not.toContain(password);
  });

  it.each([
    [
      'before it is written',
      { formats: ['img'], assetLimit: 2 ** 20 },
      /^stock\.img .* less than/,
      /img\.xz/,
    ],
    ['when it is written', { assetLimit: 10_000 }, /^stock\.img\.gz .* less than/, /--zero-free/],
    ['with other advice', { assetLimit: 10_000, zeroFree: true }, /less than/, /^(?!.*--zero-free).*pipatch/],
  ] as const)('refuses a file that GitHub would not take, %s', async (_when, more, message, help) => {
    const parent = place();
    await expect(release(parent, more)).rejects.toMatchObject({
      code: 'output.too-large',
      message: expect.stringMatching(message),
      help: expect.stringMatching(help),
    });
    expect(fs.readdirSync(parent)).toEqual([]);
  });

  it('is compressed at one level, which every format that has levels must have', async () => {
    const parent = place();
    const wanted = { formats: ['img.gz', 'pipatch'], compressionLevel: 1 };
    const { manifest, path: folder } = await release(parent, wanted);
    expect(manifest.build.compressionLevel).toBe(1);
    expect(parseManifest(read(folder, 'manifest.json').toString(), 'manifest.json')).toEqual(manifest);
    const { path: usual, manifest: other } = await release(place());
    expect(other.build).not.toHaveProperty('compressionLevel');
    expect(read(usual, 'stock.img.gz').length).toBeLessThan(read(folder, 'stock.img.gz').length);
    for (const [formats, compressionLevel] of [
      [['img.gz', 'img.zst'], 12],
      [['img', 'pipatch'], 6],
    ] as const) {
      const nowhere = place();
      await expect(release(nowhere, { formats, compressionLevel })).rejects.toMatchObject({
        code: 'output.format',
        message: expect.stringContaining('compression level'),
      });
      expect(fs.readdirSync(nowhere)).toEqual([]);
    }
  });

  it('knows only formats that there are', async () => {
    const parent = place();
    await expect(release(parent, { formats: ['rar'] })).rejects.toMatchObject({ code: 'output.format' });
    expect(fs.readdirSync(parent)).toEqual([]);
  });

  it('replaces another release only when it may, and never the base', async () => {
    const parent = place();
    await release(parent);
    await expect(release(parent)).rejects.toMatchObject({ code: 'output.exists' });
    await release(parent, { overwrite: true, formats: ['zip'] });
    expect(fs.readdirSync(path.join(parent, 'out'))).toContain('stock.zip');
    expect(fs.readdirSync(path.join(parent, 'out'))).not.toContain('stock.img.gz');
    await expect(release(place(), { overwrite: true, folder: directory })).rejects.toMatchObject({
      code: 'output.exists',
      message: expect.stringContaining('where the base image is'),
    });
    expect(fs.existsSync(path.join(directory, 'stock.img'))).toBe(true);
  });

  it('leaves nothing when it is aborted while it is written', async () => {
    const parent = place();
    const abort = new AbortController();
    const onEvent: ReleaseOptions['onEvent'] = (event) => {
      if (event.code === 'stage.started' && event.stage === 'write') abort.abort(new Error('enough'));
    };
    await expect(release(parent, { signal: abort.signal, onEvent })).rejects.toThrow('enough');
    expect(fs.readdirSync(parent)).toEqual([]);
  });
});
