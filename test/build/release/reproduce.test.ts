import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildRelease } from '../../../src/build/release/build-release.ts';
import { type ReproduceOptions, reproduce } from '../../../src/build/release/reproduce.ts';
import type { Manifest } from '../../../src/release/manifest.ts';
import { rawDemo } from '../../fixtures/demo.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const workDirectory = path.join(directory, 'work');
const cacheDirectory = path.join(directory, 'cache');
const secrets = new Map([
  ['user.password', 'Kanarie 9217'],
  ['files.1.content', 'secret\ntext\n'],
]);
let manifest: Manifest;

beforeAll(async () => {
  fs.mkdirSync(workDirectory);
  fs.writeFileSync(path.join(directory, 'stock.img'), await rawDemo());
  fs.writeFileSync(path.join(directory, 'motd'), 'hello\n');
  const settings = {
    image: './stock.img',
    output: 'kitchen.img',
    user: { password: secrets.get('user.password') },
    files: [
      { source: path.join(directory, 'motd'), target: '/etc/motd' },
      { content: secrets.get('files.1.content'), target: '/etc/hidden', sensitive: true },
    ],
    docker: { enabled: false },
  };
  const options = { directory, cacheDirectory, folder: path.join(directory, 'out'), formats: ['img.gz'] };
  ({ manifest } = await buildRelease(settings, options));
});

const again = (more: Partial<ReproduceOptions> = {}, of: Manifest = manifest) =>
  reproduce(of, { directory, cacheDirectory, workDirectory, secrets, ...more });

describe('reproduce', () => {
  it('comes to the same image with the same secrets, and leaves nothing', async () => {
    expect(manifest.secrets.map(({ setting }) => setting)).toEqual([...secrets.keys()]);
    expect(await again()).toMatchObject({ same: true, sameImage: true, outputs: [], edits: [] });
    expect(fs.readdirSync(workDirectory)).toEqual([]);
  });

  it('compresses at the level that the manifest names', async () => {
    const settings = { image: './stock.img', output: 'fast.img', docker: { enabled: false } };
    const folder = path.join(directory, 'fast');
    const made = { directory, cacheDirectory, folder, formats: ['img.gz'], public: false };
    const fast = await buildRelease(settings, { ...made, compressionLevel: 1 });
    expect(await again({}, fast.manifest)).toMatchObject({ same: true, outputs: [] });
    const { compressionLevel: _, ...build } = fast.manifest.build;
    expect(await again({}, { ...fast.manifest, build })).toMatchObject({
      same: false,
      sameImage: true,
      outputs: [{ name: 'fast.img.gz' }],
    });
  });

  it('comes to another image with another secret, which no edit tells', async () => {
    const other = new Map([...secrets, ['user.password', 'Kanarie 9218']]);
    const result = await again({ secrets: other });
    expect(result).toMatchObject({ same: false, sameImage: false, edits: [] });
    expect(result.image.actual).not.toBe(result.image.expected);
    expect(result.outputs.map(({ name }) => name)).toContain('kitchen.img.gz');
  });

  it('names the file of the build that is another one', async () => {
    const there = path.join(directory, 'there');
    fs.mkdirSync(there);
    fs.copyFileSync(path.join(directory, 'stock.img'), path.join(there, 'stock.img'));
    fs.writeFileSync(path.join(there, 'motd'), 'other\n');
    const result = await again({ directory: there });
    expect(result).toMatchObject({ same: false, edits: [{ name: '/etc/motd' }] });
    fs.writeFileSync(path.join(there, 'motd'), 'hello\n');
    expect(await again({ directory: there })).toMatchObject({ same: true });
  });

  it.each<readonly [string, (of: Manifest) => Manifest, string]>([
    [
      'another base image',
      (of) => ({ ...of, base: { ...of.base, sha256: '0'.repeat(64) } }),
      'source.checksum',
    ],
    ['a setting that is none', (of) => ({ ...of, settings: { ...of.settings, colour: 1 } }), 'spec.invalid'],
    [
      'a secret to be read from a file of this computer',
      (of) => ({ ...of, settings: { ...of.settings, vnc: { password: { file: '/etc/passwd' } } } }),
      'spec.secret',
    ],
    [
      'a file in a format that is none',
      (of) => ({ ...of, outputs: [{ name: 'kitchen.rar', size: 1, sha256: '0'.repeat(64) }] }),
      'output.format',
    ],
  ])('ends at %s, and leaves nothing', async (_what, change, code) => {
    await expect(again({}, change(manifest))).rejects.toMatchObject({ code });
    expect(fs.readdirSync(workDirectory)).toEqual([]);
  });
});
