import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyPatch } from '../../src/build/apply-patch.ts';
import { build } from '../../src/build/build.ts';
import { checkImage } from '../../src/image/check/image.ts';
import { openFileDevice } from '../../src/image/file-device.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const now = new Date('2024-05-06T07:08:10Z');
const environment = { PATH: process.env['PATH'] };
const options = { directory, cacheDirectory: path.join(directory, 'cache'), now, seed: 'seed', environment };
const settings = { image: './stock.img', hostname: 'kitchen', ssh: { enabled: true } };
const secret = {
  ...settings,
  wifi: { country: 'GB', networks: [{ ssid: 'MyNet', password: 'correct horse' }] },
};
const at = (name: string): string => path.join(directory, name);
const bytesOf = (name: string): Buffer => fs.readFileSync(at(name));
const modeOf = (name: string): number => fs.statSync(at(name)).mode & 0o777;
const formats = ['img', 'img.gz', 'zip', ...(hasTool('xz') ? ['img.xz'] : [])];

let count = 0;

function make(name: string, wanted: unknown = settings) {
  return build(wanted, { ...options, output: at(name) });
}

function apply(patch: string, output: string, base = './stock.img') {
  return applyPatch(base, patch, { ...options, output: at(output) });
}

beforeAll(async () => {
  fs.writeFileSync(at('stock.img'), await rawDemo());
  await make('kitchen.pipatch');
});

describe('a patch', () => {
  it.each(formats)('makes the very .%s that a direct build makes', async (format) => {
    const sha256 = createHash('sha256').update(bytesOf('stock.img')).digest('hex');
    // The recipe in the image holds the digest of the base, so both have to be told of it.
    await make(`direct.${format}`, { ...settings, sha256 });
    await make(`${format}.pipatch`, { ...settings, sha256 });
    fs.mkdirSync(at(format));
    // An archive holds the name of the image inside.
    const output = at(`${format}/direct.${format}`);
    await applyPatch('./stock.img', `${format}.pipatch`, { ...options, sha256, output });
    expect(bytesOf(`${format}/direct.${format}`).equals(bytesOf(`direct.${format}`))).toBe(true);
  });

  it('is small, and the same each time', async () => {
    await make('again.pipatch');
    expect(bytesOf('again.pipatch').equals(bytesOf('kitchen.pipatch'))).toBe(true);
    expect(bytesOf('kitchen.pipatch').length).toBeLessThan(fs.statSync(at('stock.img')).size / 100);
  });

  it('of an enlarged image makes the enlarged image, with sound file systems', async () => {
    await make('large.pipatch', { ...settings, grow: '64M' });
    await make('large.img', { ...settings, grow: '64M' });
    await apply('large.pipatch', 'large-applied.img');
    expect(bytesOf('large-applied.img').equals(bytesOf('large.img'))).toBe(true);
    const device = openFileDevice(at('large-applied.img'), { writable: false });
    expect(checkImage(device).flatMap(({ findings }) => findings)).toEqual([]);
    device.close();
  });

  it('fits the same base in another compression', async () => {
    fs.writeFileSync(at('stock.img.gz'), gzipSync(bytesOf('stock.img'), { level: 1 }));
    await make('plain.img');
    await apply('kitchen.pipatch', 'out-of-gz.img', './stock.img.gz');
    expect(bytesOf('out-of-gz.img').equals(bytesOf('plain.img'))).toBe(true);
  });

  it('with secrets is private, and so is what is made of it', async () => {
    await make('secret.pipatch', secret);
    await apply('secret.pipatch', 'secret.img');
    expect([modeOf('secret.pipatch'), modeOf('secret.img')]).toEqual([0o600, 0o600]);
    await apply('kitchen.pipatch', 'open.img');
    expect([modeOf('kitchen.pipatch') & 0o044, modeOf('open.img') & 0o044]).toEqual([0o044, 0o044]);
  });
});

describe('refused, with nothing left behind, is', () => {
  const refused = async (patch: string, base?: string, ending = '.img') => {
    const output = `refused-${count++}${ending}`;
    const error = await apply(patch, output, base).catch((thrown: unknown) => thrown);
    expect(fs.readdirSync(directory).filter((name) => name.startsWith(output))).toEqual([]);
    return error;
  };

  it('a base of which one byte differs', async () => {
    const other = bytesOf('stock.img');
    other[other.length - 1]! ^= 1;
    fs.writeFileSync(at('other.img'), other);
    expect(await refused('kitchen.pipatch', './other.img')).toMatchObject({ code: 'source.checksum' });
  });

  it('a base of another size', async () => {
    fs.writeFileSync(at('longer.img'), Buffer.concat([bytesOf('stock.img'), Buffer.alloc(512)]));
    expect(await refused('kitchen.pipatch', './longer.img')).toMatchObject({
      code: 'source.checksum',
      message: expect.stringContaining('bytes, and the patch is for an image of'),
    });
  });

  it('a damaged patch, one that is none, and one that is not there', async () => {
    fs.writeFileSync(at('cut.pipatch'), bytesOf('kitchen.pipatch').subarray(0, -1));
    expect(await refused('cut.pipatch')).toMatchObject({ code: 'image.damaged' });
    expect(await refused('stock.img')).toMatchObject({ code: 'image.not-supported' });
    expect(await refused('missing.pipatch')).toMatchObject({ code: 'source.not-found' });
  });

  it('a patch as the output of a patch', async () => {
    expect(await refused('kitchen.pipatch', undefined, '.pipatch')).toMatchObject({ code: 'output.format' });
  });

  it('a block map of a patch', async () => {
    await expect(
      build(settings, { ...options, output: at('mapped.pipatch'), blockMap: true }),
    ).rejects.toMatchObject({ code: 'output.format', help: expect.stringContaining('apply') });
  });
});
