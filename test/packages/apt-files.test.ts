import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../src/model/content.ts';
import { archivesExpire, readAptFiles, sourcesIn, trustedKeyrings } from '../../src/packages/apt-files.ts';
import { readInstalled } from '../../src/packages/installed.ts';
import { busterLite, osTrees } from '../fixtures/os-trees.ts';

const put = (tree: ReturnType<typeof busterLite>, path: string, text: string | Uint8Array) => {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const parts = folder.split('/').slice(1);
  for (let count = 1; count <= parts.length; count++) {
    const each = `/${parts.slice(0, count).join('/')}`;
    if (!tree.stat(each)) tree.makeDirectory(each);
  }
  tree.write(path, bytesSource(Buffer.from(text)));
};

describe('readAptFiles', () => {
  it('finds the sources of Raspbian Buster', () => {
    const files = readAptFiles(busterLite(), 'armhf');
    expect(sourcesIn(files, 'armhf').map(({ suite, components }) => [suite, ...components])).toContainEqual([
      'buster',
      'main',
      'contrib',
      'non-free',
      'rpi',
    ]);
    expect(archivesExpire(files)).toBe(true);
  });

  it('takes keyrings from where apt looks, and from where sources say', () => {
    const tree = busterLite();
    put(tree, '/etc/apt/trusted.gpg', 'one');
    put(tree, '/etc/apt/trusted.gpg.d/two.gpg', 'two');
    put(tree, '/etc/apt/trusted.gpg.d/three.asc', 'three');
    put(tree, '/etc/apt/trusted.gpg.d/four.txt', 'four');
    put(tree, '/usr/share/keyrings/five.gpg', 'five');
    put(tree, '/opt/six.key', 'six');
    put(tree, '/etc/apt/trusted.gpg.d/huge.gpg', Buffer.alloc(2 ** 20 + 1));
    put(tree, '/etc/apt/sources.list.d/six.list', 'deb [signed-by=/opt/six.key] http://a b c\n');
    put(tree, '/etc/apt/sources.list.d/seven.list.save', 'deb http://never b c\n');
    put(tree, '/etc/apt/apt.conf.d/99archived-release', 'Acquire::Check-Valid-Until "false";\n');
    const files = readAptFiles(tree, 'armhf');
    expect(Object.keys(files.keyrings).sort()).toEqual([
      '/etc/apt/trusted.gpg',
      '/etc/apt/trusted.gpg.d/three.asc',
      '/etc/apt/trusted.gpg.d/two.gpg',
      '/opt/six.key',
      '/usr/share/keyrings/five.gpg',
    ]);
    expect(
      trustedKeyrings(files)
        .map((bytes) => Buffer.from(bytes).toString())
        .sort(),
    ).toEqual(['one', 'three', 'two']);
    expect(sourcesIn(files, 'armhf').map(({ uri }) => uri)).not.toContain('http://never/');
    expect(archivesExpire(files)).toBe(false);
  });
});

describe('readInstalled', () => {
  it.each(Object.entries(osTrees))('reads the status of %s', async (_name, make) => {
    const status = make().open('/var/lib/dpkg/status');
    const installed = await readInstalled(status ?? bytesSource(new Uint8Array()));
    expect(installed.map(({ name }) => name)).toContain('base-files');
    expect(installed.every(({ version }) => version !== '')).toBe(true);
  });

  it('refuses a status without end', async () => {
    await expect(readInstalled({ size: 2 ** 40, readInto: () => {} })).rejects.toMatchObject({
      code: 'image.not-supported',
    });
  });
});
