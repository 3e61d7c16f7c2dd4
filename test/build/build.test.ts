import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, plan } from '../../src/build/build.ts';
import type { BuildOptions } from '../../src/build/options.ts';
import { diffImages } from '../../src/diff/diff-images.ts';
import { checkImage } from '../../src/image/check/image.ts';
import { openFileDevice } from '../../src/image/file-device.ts';
import { openImage } from '../../src/image/open-image.ts';
import { readPartitionTable } from '../../src/image/partitions/partition-table.ts';
import { usedRuns } from '../../src/image/used-space.ts';
import { gapsBetween } from '../../src/image/zeroed-free.ts';
import type { BuildEvent } from '../../src/model/events.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { hasTool, judge } from '../fixtures/judge.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { webServer } from '../fixtures/web-server.ts';

const directory = temporaryDirectory();
const now = new Date('2024-05-06T07:08:10Z');
const settings = { image: './stock.img', hostname: 'kitchen', ssh: { enabled: true } };
const secret = {
  ...settings,
  wifi: { country: 'GB', networks: [{ ssid: 'MyNet', password: 'correct horse' }] },
};
const options = { directory, cacheDirectory: path.join(directory, 'cache'), now, seed: 'seed' };
const sha256 = (file: string): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

let count = 0;
let stock: string;

beforeAll(async () => {
  fs.writeFileSync(path.join(directory, 'stock.img'), await rawDemo());
  stock = sha256(path.join(directory, 'stock.img'));
});

/** A folder of its own for what a build writes. */
function folder(): string {
  const made = path.join(directory, String(count++));
  fs.mkdirSync(made);
  return made;
}

function buildInto(place: string, name: string, more: BuildOptions = {}, wanted: unknown = settings) {
  return build(wanted, { ...options, output: path.join(place, name), ...more });
}

async function read(image: string, file: string): Promise<string> {
  const device = openFileDevice(image, { writable: false });
  try {
    const { tree } = await openImage(device, { now: () => now });
    return Buffer.from(tree.read(file) ?? []).toString();
  } finally {
    device.close();
  }
}

/** Paths that differ between two raw images. */
async function differing(one: string, other: string): Promise<readonly string[]> {
  const devices = [one, other].map((file) => openFileDevice(file, { writable: false }));
  const [a, b] = await Promise.all(devices.map((device) => openImage(device, { now: () => now })));
  if (!a || !b) throw new Error('two images were opened');
  const { entries } = diffImages(a, b, {});
  for (const device of devices) device.close();
  return entries.map((entry) => entry.path);
}

/** Has a file look like a card that was full before it was flashed by a block map; how many bytes that are. */
function fillUnmapped(card: string, map: string): number {
  const flashed = fs.readFileSync(card);
  const filled = Buffer.alloc(flashed.length, 0xff);
  let copied = 0;
  for (const [, first, last = first] of fs
    .readFileSync(map, 'utf8')
    .matchAll(/>(\d+)(?:-(\d+))?<\/Range>/g)) {
    copied += flashed.copy(filled, Number(first) * 4096, Number(first) * 4096, (Number(last) + 1) * 4096);
  }
  fs.writeFileSync(card, filled);
  return filled.length - copied;
}

/** The base with noise in its free space, as deleted files leave it; how many bytes that are. */
async function litter(file: string): Promise<number> {
  const bytes = Buffer.from(await rawDemo());
  const used = [...usedRuns(memoryDevice(bytes))];
  const noise = randomBytes(2 ** 20);
  const { offset } = readPartitionTable(memoryDevice(bytes)).partitions[0] ?? { offset: 0 };
  let littered = 0;
  for (const { position, length } of gapsBetween(used, bytes.length)) {
    // What is not zero outside of partitions is not free.
    if (position < offset) continue;
    for (let at = 0; at < length; at += noise.length) {
      littered += noise.copy(bytes, position + at, 0, Math.min(noise.length, length - at));
    }
  }
  fs.writeFileSync(file, bytes);
  return littered;
}

describe('build', () => {
  it('gives a finished image, and says what it did', async () => {
    const place = folder();
    const events: BuildEvent[] = [];
    const result = await buildInto(place, 'out.img', { onEvent: (event) => events.push(event) });
    expect(await read(result.path, '/etc/hostname')).toBe('kitchen\n');
    expect(fs.readdirSync(place)).toEqual(['out.img']);
    expect(result).toMatchObject({
      path: path.join(place, 'out.img'),
      size: fs.statSync(path.join(place, 'out.img')).size,
      base: { name: 'stock' },
    });
    expect(result.sha256).toBeUndefined();
    expect(result.edits.map((edit) => edit.path)).toContain('/etc/hostname');

    const stages = events.flatMap((event) => (event.code === 'stage.finished' ? [event.stage] : []));
    expect(stages).toEqual(['plan', 'edit', 'write', 'verify']);
    const told = events.flatMap((event) => (event.code === 'edit.applied' ? [event.edit] : []));
    expect(told).toEqual(result.edits);
    expect(events.filter(({ code }) => code === 'stage.progress').length).toBeGreaterThan(1);
  });

  it('leaves the base as it was', async () => {
    await buildInto(folder(), 'out.img', {}, secret);
    expect(sha256(path.join(directory, 'stock.img'))).toBe(stock);
  });

  it.each([
    ['size', '200M', 200 * 2 ** 20],
    ['grow', '64M', 172 * 2 ** 20],
  ])('makes the image larger by `%s: %s`, and its root with it', async (key, value, size) => {
    const { path: image } = await buildInto(folder(), 'large.img', {}, { ...settings, [key]: value });
    expect(fs.statSync(image).size).toBe(size);
    const device = openFileDevice(image, { writable: false });
    const { table, tree } = await openImage(device, { now: () => now });
    expect(tree.readText('/etc/hostname')).toBe('kitchen\n');
    const root = table.partitions[1];
    expect((root?.offset ?? 0) + (root?.size ?? 0)).toBe(size);
    // Bitmaps, inode tables and the rest take a twentieth at the most.
    expect(tree.space('/').size).toBeGreaterThan((root?.size ?? 0) * 0.95);
    expect(checkImage(device).flatMap(({ findings }) => findings)).toEqual([]);
    device.close();
  });

  it('does not make an image smaller', async () => {
    const place = folder();
    await expect(buildInto(place, 'small.img', {}, { ...settings, size: '100M' })).rejects.toMatchObject({
      code: 'plan.unsuitable',
      help: expect.stringContaining('108M'),
    });
    expect(fs.readdirSync(place)).toEqual([]);
  });

  it('holds the same image in every format, bit for bit the same twice', async () => {
    const place = folder();
    const raw = await buildInto(place, 'out.img', { checksums: true });
    for (const name of ['out.img.gz', 'out.zip']) {
      const first = await buildInto(place, name, { checksums: true });
      expect(first.sha256).toBe(sha256(first.path));
      const again = await buildInto(folder(), name, { verify: 'none' });
      expect(again.sha256).toBe(first.sha256);
    }
    expect(raw.sha256).toBe(sha256(raw.path));
    expect(
      zlib.gunzipSync(fs.readFileSync(path.join(place, 'out.img.gz'))).equals(fs.readFileSync(raw.path)),
    ).toBe(true);
    expect(fs.readFileSync(path.join(place, 'SHA256SUMS'), 'utf8').split('\n')).toHaveLength(4);
  });

  it.skipIf(!hasTool('bmaptool'))('gives bmaptool a map by which it flashes all that is in use', async () => {
    const place = folder();
    const raw = await buildInto(place, 'out.img', { blockMap: true });
    const packed = await buildInto(place, 'out.img.gz', { blockMap: true });
    expect(fs.readFileSync(`${packed.path}.bmap`)).toEqual(fs.readFileSync(`${raw.path}.bmap`));
    const written = openFileDevice(raw.path, { writable: false });
    const image = await openImage(written, { now: () => now });
    for (const from of [raw.path, packed.path]) {
      const card = path.join(place, 'card.img');
      // Without --bmap, it looks for the map beside the image. It empties a file first, as it cannot a card.
      expect(judge('bmaptool', ['copy', from, card])).toMatchObject({ status: 0 });
      expect(fillUnmapped(card, `${from}.bmap`)).toBeGreaterThan(2 ** 20);
      const device = openFileDevice(card, { writable: false });
      expect(checkImage(device).flatMap(({ findings }) => findings)).toEqual([]);
      const flashed = await openImage(device, { now: () => now });
      expect(diffImages(image, flashed, { times: true })).toMatchObject({ table: [], entries: [] });
      device.close();
    }
    written.close();
  });

  it('compresses at the level that is asked for, and never gives what was kept of another', async () => {
    const place = folder();
    const cacheDirectory = path.join(place, 'cache');
    const at = async (name: string, compressionLevel?: number) => {
      const level = compressionLevel !== undefined && { compressionLevel };
      const made = await buildInto(place, `${name}.img.gz`, { cacheDirectory, ...level });
      return fs.readFileSync(made.path);
    };
    const [usual, fast, small] = [await at('usual'), await at('fast', 1), await at('small', 9)];
    expect(small.length).toBeLessThan(usual.length);
    expect(usual.length).toBeLessThan(fast.length);
    expect((await at('again', 1)).equals(fast)).toBe(true);
    expect((await at('default', 6)).equals(usual)).toBe(true);
    expect(zlib.gunzipSync(fast).equals(zlib.gunzipSync(small))).toBe(true);
  });

  it('refuses a level that the format does not have before it looks for the base', async () => {
    const place = folder();
    const wanted = { ...settings, image: path.join(place, 'nowhere.img') };
    for (const [name, compressionLevel] of [
      ['out.img.gz', 0],
      ['out.img', 6],
    ] as const) {
      await expect(buildInto(place, name, { compressionLevel }, wanted)).rejects.toMatchObject({
        code: 'output.format',
        message: expect.stringContaining('compression level'),
      });
    }
  });

  it('writes nothing but zeros to free space when asked to', async () => {
    const place = folder();
    const base = path.join(place, 'littered.img');
    const before = await litter(base);
    const wanted = { ...settings, image: base };
    const littered = await buildInto(place, 'littered.img.gz', {}, wanted);
    const archive = await buildInto(place, 'out.img.gz', { zeroFree: true }, wanted);
    expect(archive.size).toBeLessThan(littered.size - before / 2);
    const raw = await buildInto(place, 'out.img', { zeroFree: true }, wanted);
    expect(zlib.gunzipSync(fs.readFileSync(archive.path)).equals(fs.readFileSync(raw.path))).toBe(true);
    if (process.platform === 'linux') {
      expect(fs.statSync(raw.path).blocks * 512).toBeLessThan(raw.size - before / 2);
    }
    const plain = await buildInto(place, 'plain.img', {}, wanted);
    const [one, other] = [raw, plain].map((image) => openFileDevice(image.path, { writable: false }));
    if (!one || !other) throw new Error('two images were opened');
    expect(checkImage(one).flatMap(({ findings }) => findings)).toEqual([]);
    const [zeroed, kept] = [
      await openImage(one, { now: () => now }),
      await openImage(other, { now: () => now }),
    ];
    expect(diffImages(kept, zeroed, { times: true })).toMatchObject({ table: [], entries: [] });
    const root = zeroed.table.partitions[1]?.offset;
    const verdict = judge('e2fsck', ['-fn', `${raw.path}?offset=${root}`]);
    if (verdict) expect(verdict).toMatchObject({ status: 0 });
    one.close();
    other.close();
  });

  it('replaces no block map unasked, and keeps that of a secret image to its owner', async () => {
    const place = folder();
    fs.writeFileSync(path.join(place, 'out.img.bmap'), 'mine');
    await expect(buildInto(place, 'out.img', { blockMap: true })).rejects.toMatchObject({
      code: 'output.exists',
    });
    expect(fs.readdirSync(place)).toEqual(['out.img.bmap']);
    const result = await buildInto(place, 'out.img', { blockMap: true, overwrite: true }, secret);
    expect(fs.readFileSync(`${result.path}.bmap`, 'utf8')).toContain('<bmap version="2.0">');
    if (process.platform !== 'win32') expect(fs.statSync(`${result.path}.bmap`).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform === 'win32')('keeps an image with a secret to its owner', async () => {
    for (const name of ['out.img', 'out.img.gz']) {
      const { path: file, plan: made } = await buildInto(folder(), name, {}, secret);
      expect(made.sensitive).toBe(true);
      expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    }
    const { path: open } = await buildInto(folder(), 'out.img');
    expect(fs.statSync(open).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  it('adds only the recipe when there is nothing to do', async () => {
    const nothing = { customizations: [], checksums: true };
    const raw = await buildInto(folder(), 'out.img', nothing, { image: './stock.img' });
    const added = ['/usr/lib/pi-image', '/usr/lib/pi-image/recipe.json'];
    expect(raw.edits.map((edit) => edit.path)).toEqual(added);
    expect(await differing(path.join(directory, 'stock.img'), raw.path)).toEqual(added);
    const gz = await buildInto(folder(), 'out.img.gz', nothing, { image: './stock.img' });
    expect(
      createHash('sha256')
        .update(zlib.gunzipSync(fs.readFileSync(gz.path)))
        .digest('hex'),
    ).toBe(raw.sha256);
  });

  it('goes on with the recipe of an image that it made', async () => {
    const { path: first } = await buildInto(folder(), 'first.img');
    const { path: second } = await buildInto(folder(), 'second.img', {}, { image: first, hostname: 'hall' });
    const { runs } = JSON.parse(await read(second, '/usr/lib/pi-image/recipe.json'));
    expect(runs).toMatchObject([
      { base: { name: 'stock' }, settings: { hostname: 'kitchen' } },
      { base: { name: 'first' }, settings: { hostname: 'hall' } },
    ]);
  });

  it('writes where the settings say, from the folder of the settings', async () => {
    const place = folder();
    fs.symlinkSync(path.join(directory, 'stock.img'), path.join(place, 'stock.img'));
    const result = await build({ ...settings, output: 'named.img' }, { ...options, directory: place });
    expect(result.path).toBe(path.join(place, 'named.img'));
  });

  it('finds fault with the output before it looks for the base', async () => {
    const place = folder();
    const missing = { ...settings, image: './missing.img' };
    await expect(buildInto(place, 'out.rar', {}, missing)).rejects.toMatchObject({ code: 'output.format' });
    await expect(buildInto(place, 'nope/out.img', {}, missing)).rejects.toMatchObject({
      code: 'output.failed',
    });
    await expect(buildInto(place, 'out.img', {}, missing)).rejects.toMatchObject({
      code: 'source.not-found',
    });
    fs.linkSync(path.join(directory, 'stock.img'), path.join(place, 'out.img'));
    await expect(buildInto(place, 'out.img', { overwrite: true })).rejects.toMatchObject({
      code: 'output.exists',
      message: expect.stringContaining('base'),
    });
    expect(fs.readdirSync(place)).toEqual(['out.img']);
  });

  it.each(['plan', 'edit', 'write', 'verify'] as const)(
    'leaves nothing when it is stopped at: %s',
    async (stage) => {
      for (const name of ['out.img', 'out.img.gz']) {
        const place = folder();
        const controller = new AbortController();
        const reason = new Error(`stopped at ${stage}`);
        const onEvent = (event: BuildEvent): void => {
          if (event.code === 'stage.started' && event.stage === stage) controller.abort(reason);
        };
        await expect(buildInto(place, name, { onEvent, signal: controller.signal })).rejects.toBe(reason);
        expect(fs.readdirSync(place)).toEqual([]);
      }
    },
  );

  it('leaves the old output when it fails', async () => {
    const place = folder();
    fs.writeFileSync(path.join(place, 'out.img'), 'old');
    const onEvent = (event: BuildEvent): void => {
      if (event.code === 'stage.started' && event.stage === 'verify') throw new Error('broken');
    };
    await expect(buildInto(place, 'out.img', { overwrite: true, onEvent })).rejects.toThrow('broken');
    expect(fs.readdirSync(place)).toEqual(['out.img']);
    expect(fs.readFileSync(path.join(place, 'out.img'), 'utf8')).toBe('old');
  });

  it('lists no output that could not be published, and keeps none that could not be listed', async () => {
    const place = folder();
    fs.mkdirSync(path.join(place, 'SHA256SUMS'));
    await expect(buildInto(place, 'out.img', { checksums: true })).rejects.toMatchObject({
      code: 'output.failed',
    });
    expect(fs.readdirSync(place)).toEqual(['SHA256SUMS']);

    const other = folder();
    const onEvent = (event: BuildEvent): void => {
      if (event.code === 'stage.finished' && event.stage === 'verify')
        fs.mkdirSync(path.join(other, 'out.img'));
    };
    await expect(buildInto(other, 'out.img', { checksums: true, onEvent })).rejects.toMatchObject({
      code: 'output.exists',
    });
    expect(fs.readdirSync(other)).toEqual(['out.img']);
  });

  it('publishes nothing that does not hold what was planned', async () => {
    for (const name of ['out.img', 'out.img.gz']) {
      const place = folder();
      const onEvent = (event: BuildEvent): void => {
        if (event.code === 'stage.started' && event.stage === 'verify')
          spoil(path.join(place, `${name}.partial`));
      };
      await expect(buildInto(place, name, { onEvent })).rejects.toMatchObject({ code: 'image.verify' });
      expect(fs.readdirSync(place)).toEqual([]);
    }
  });
});

it('plan tells what build does, and writes nothing', async () => {
  const place = folder();
  const made = await plan(settings, options);
  const { plan: done } = await buildInto(place, 'out.img');
  expect(done).toEqual(made);
});

/** Changes one letter of the new host name, or some bits of a compressed file. */
function spoil(file: string): void {
  const content = fs.readFileSync(file);
  const name = content.indexOf('kitchen\n');
  const at = name < 0 ? Math.floor(content.length / 2) : name;
  content[at] = (content[at] ?? 0) ^ 0x04;
  fs.writeFileSync(file, content);
}

describe('keys of a user of GitHub', () => {
  const key = `ssh-ed25519 ${Buffer.from(`\0\0\0\x0bssh-ed25519\0\0\0\x20${'k'.repeat(32)}`, 'latin1').toString('base64')}`;

  it('are let in, and told; without them nothing is built', async () => {
    const server = await webServer((request, response) => {
      response.writeHead(request.url === '/nobody.keys' ? 404 : 200);
      response.end(request.url === '/octocat.keys' ? `${key}\n` : '');
    });
    const place = folder();
    const told: BuildEvent[] = [];
    const more: BuildOptions = { gitHub: server.url, onEvent: (event) => void told.push(event) };
    const from = (user: string) => ({ ...settings, ssh: { keys: [`gh:${user}`] } });
    const { path: image } = await buildInto(place, 'out.img', more, from('octocat'));
    expect(await read(image, '/home/pi/.ssh/authorized_keys')).toBe(`${key} gh:octocat\n`);
    expect(told).toContainEqual(expect.objectContaining({ code: 'advice', id: 'ssh.github-keys' }));
    await expect(buildInto(place, 'a.img', more, from('nobody'))).rejects.toMatchObject({
      code: 'source.not-found',
    });
    await expect(buildInto(place, 'b.img', more, from('keyless'))).rejects.toMatchObject({
      code: 'spec.invalid',
      message: expect.stringContaining('gh:keyless holds no public key'),
    });
    expect(fs.readdirSync(place)).toEqual(['out.img']);
  });
});

describe('lint of what was built', () => {
  it('tells what the plan has not said, and gives it in the result', async () => {
    const events: BuildEvent[] = [];
    const onEvent = (event: BuildEvent) => void events.push(event);
    const { findings, plan: made } = await buildInto(folder(), 'out.img', { onEvent }, secret);
    expect(findings).toMatchObject([{ rule: 'wifi-secrets', level: 'note' }]);
    expect(made.advice.map(({ id }) => id)).toContain('ssh.default-password');
    expect(events.filter(({ code }) => code === 'finding')).toEqual([{ code: 'finding', ...findings[0] }]);
  });

  it('lets no leak into an image for everybody, and leaves nothing behind', async () => {
    const place = folder();
    await expect(buildInto(place, 'out.img', { public: true }, secret)).rejects.toMatchObject({
      code: 'plan.not-public',
      problems: [
        { message: expect.stringMatching(/^\/etc\/shadow:\d+: .*\(default-password\)$/) },
        { message: expect.stringContaining('(wifi-secrets)') },
      ],
    });
    expect(fs.readdirSync(place)).toEqual([]);
    const safe = { ...settings, user: { password: 'something of its own' } };
    expect((await buildInto(place, 'out.img', { public: true }, safe)).findings).toEqual([]);
  });

  it('tells an error, ends the build at it, or is not done, as is asked for', async () => {
    const place = folder();
    const broken = {
      ...settings,
      files: [{ content: 'pi ALL=(ALL) ALL\n', target: '/etc/sudoers.d/020_pi', mode: '0664' }],
    };
    await expect(buildInto(place, 'out.img', { lint: 'error' }, broken)).rejects.toMatchObject({
      code: 'plan.lint',
      problems: [{ message: expect.stringMatching(/^\/etc\/sudoers\.d\/020_pi: .*\(sudoers\)$/) }],
    });
    expect(fs.readdirSync(place)).toEqual([]);
    const { findings } = await buildInto(place, 'told.img', {}, broken);
    expect(findings).toMatchObject([{ rule: 'sudoers', level: 'error' }]);
    const codes: string[] = [];
    const onEvent = ({ code }: BuildEvent) => void codes.push(code);
    expect(await buildInto(place, 'off.img', { lint: 'off', onEvent }, broken)).toMatchObject({
      findings: [],
    });
    expect(codes).not.toContain('finding');
    // What is no error is told, whatever comes of errors.
    const { findings: told } = await buildInto(place, 'notes.img', { lint: 'error' }, secret);
    expect(told).toMatchObject([{ rule: 'wifi-secrets', level: 'note' }]);
  });

  it('is done for an image for everybody in any case, which is said before the base is looked for', async () => {
    const wanted = { ...settings, image: path.join(directory, 'nowhere.img') };
    for (const lint of ['off', 'warn'] as const) {
      await expect(buildInto(folder(), 'out.img', { public: true, lint }, wanted)).rejects.toMatchObject({
        code: 'usage.invalid',
      });
    }
  });
});
