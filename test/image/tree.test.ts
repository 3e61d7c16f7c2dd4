import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryVolume } from '../../src/image/memory.ts';
import { mountTree } from '../../src/image/tree.ts';
import { bytesSource } from '../../src/model/content.ts';
import { PiImageError } from '../../src/model/errors.ts';
import type { Tree } from '../../src/model/tree.ts';
import type { Volume } from '../../src/model/volume.ts';

const put = (to: Tree | Volume, path: string, text: string) => to.write(path, bytesSource(Buffer.from(text)));
const errorOf = (attempt: () => unknown): PiImageError => {
  try {
    attempt();
  } catch (error) {
    if (PiImageError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

let root: Volume;
let boot: Volume;
let tree: Tree;

beforeEach(() => {
  root = createMemoryVolume({ label: 'rootfs', size: 1_000_000 });
  boot = createMemoryVolume({ label: 'boot', size: 1000 });
  for (const directory of ['/boot', '/etc', '/usr', '/usr/lib', '/var']) root.makeDirectory(directory);
  put(root, '/boot/hidden', 'of the root, below the mount');
  put(root, '/etc/hostname', 'raspberrypi\n');
  put(boot, '/config.txt', 'dtparam=audio=on\n');
  boot.makeDirectory('/overlays');
  tree = mountTree([
    { at: '/', volume: root },
    { at: '/boot', volume: boot },
  ]);
});

describe('a tree of two volumes', () => {
  it('shows the boot partition where it is mounted, and hides what lies below', () => {
    expect(tree.readText('/boot/config.txt')).toBe('dtparam=audio=on\n');
    expect(tree.list('/boot').map(({ name }) => name)).toEqual(['config.txt', 'overlays']);
    expect(tree.stat('/boot/hidden')).toBeUndefined();
    expect(tree.list('/').map(({ name }) => name)).toContain('boot');
    expect(tree.stat('/boot')?.kind).toBe('directory');
    expect(tree.list('/boot/../etc').map(({ name }) => name)).toEqual(['hostname']);
  });

  it('says of all of a directory what it says of each', () => {
    tree.makeLink('/etc/firmware', '/boot/config.txt');
    for (const directory of ['/', '/etc', '/boot', '/boot/../etc']) {
      const scanned = tree.scan(directory);
      expect(scanned.map(({ name }) => name)).toEqual(tree.list(directory).map(({ name }) => name));
      for (const { name, ...entry } of scanned)
        expect(entry).toMatchObject(tree.lstat(`${directory}/${name}`)!);
    }
    // That of the partition, which has a size of its own.
    root.setAttributes('/boot', { mode: 0o700 });
    expect(tree.scan('/').find(({ name }) => name === 'boot')).toMatchObject(tree.stat('/boot')!);
    expect(() => tree.scan('/missing')).toThrow('/missing');
    expect(() => tree.scan('/etc/hostname')).toThrow('/etc/hostname');
  });

  it('writes to the volume that a path lies in', () => {
    put(tree, '/boot/ssh', '');
    put(tree, '/boots', 'not on it');
    expect(boot.stat('/ssh')?.kind).toBe('file');
    expect(root.stat('/boots')?.kind).toBe('file');
    expect(root.stat('/boot/ssh')).toBeUndefined();
    expect(tree.space('/boot/any').size).toBe(1000);
    expect(tree.space('/bootstrap').size).toBe(1_000_000);
  });

  it('follows links from one into the other', () => {
    tree.makeLink('/etc/firmware', '/boot/config.txt');
    tree.makeLink('/usr/boot', '../boot');
    expect(tree.readText('/etc/firmware')).toBe('dtparam=audio=on\n');
    put(tree, '/usr/boot/overlays/x.dtbo', 'x');
    expect(boot.stat('/overlays/x.dtbo')?.size).toBe(1);
    expect(tree.realPath('/usr/boot/new/file')).toBe('/boot/new/file');
    expect(tree.space('/usr/boot').size).toBe(1000);
  });

  it('follows a link at the mount point, as mount(8) does', () => {
    root.makeDirectory('/firmware');
    root.makeLink('/efi', 'firmware');
    const other = mountTree([
      { at: '/', volume: root },
      { at: '/efi', volume: boot },
    ]);
    expect(other.stat('/firmware/config.txt')?.kind).toBe('file');
    expect(other.stat('/efi/config.txt')?.kind).toBe('file');
  });

  it('moves within a volume only, and never a mount point', () => {
    tree.rename('/boot/config.txt', '/boot/overlays/config.txt');
    expect(boot.stat('/overlays/config.txt')?.kind).toBe('file');
    expect(errorOf(() => tree.rename('/etc/hostname', '/boot/hostname')).message).toContain(
      'different partitions',
    );
    expect(errorOf(() => tree.rename('/boot', '/boot2')).message).toContain('mount point /boot');
    expect(errorOf(() => tree.remove('/boot')).code).toBe('image.not-supported');
    expect(errorOf(() => tree.rename('/boot/overlays', '/boot/overlays/x')).code).toBe('image.loop');
  });

  it('says which partition an error comes from', () => {
    const { code, message } = errorOf(() => put(tree, '/boot/big', 'x'.repeat(2000)));
    expect(code).toBe('image.no-space');
    expect(message).toContain('mounted on /boot');
    expect(errorOf(() => put(tree, '/big', 'x'.repeat(2_000_000))).message).not.toContain('mounted on');
  });

  it('refuses a mount point that is not there', () => {
    for (const at of ['/none', '/etc/hostname']) {
      const mounts = [
        { at: '/', volume: root },
        { at, volume: boot },
      ];
      expect(errorOf(() => mountTree(mounts)).message).toContain(at);
    }
    expect(() => mountTree([{ at: '/boot', volume: boot }])).toThrow(/first mount/);
  });
});

describe('links in a tree', () => {
  beforeEach(() => {
    tree.makeLink('/etc/mtab', '/proc/mounts');
    tree.makeLink('/etc/name', 'hostname');
    tree.makeLink('/lib', 'usr/lib');
    tree.makeLink('/loop', 'loop');
  });

  it('are followed by all but a few', () => {
    expect(tree.stat('/etc/name')?.kind).toBe('file');
    expect(tree.lstat('/etc/name')?.kind).toBe('link');
    expect(tree.readLink('/etc/name')).toBe('hostname');
    put(tree, '/etc/name', 'kitchen\n');
    expect(tree.readText('/etc/hostname')).toBe('kitchen\n');
    tree.setAttributes('/etc/name', { mode: 0o600 });
    expect(tree.stat('/etc/hostname')?.mode).toBe(0o600);
    put(tree, '/lib/x', 'x');
    expect(root.stat('/usr/lib/x')?.kind).toBe('file');
    tree.remove('/etc/name');
    expect(tree.stat('/etc/hostname')?.kind).toBe('file');
    tree.rename('/etc/mtab', '/etc/mtab2');
    expect(tree.readLink('/etc/mtab2')).toBe('/proc/mounts');
  });

  it('that dangle are made into what they name, where that can be', () => {
    tree.makeLink('/etc/resolv.conf', '../var/resolv.conf');
    expect(tree.stat('/etc/resolv.conf')).toBeUndefined();
    expect(tree.read('/etc/resolv.conf')).toBeUndefined();
    put(tree, '/etc/resolv.conf', 'x');
    expect(root.stat('/var/resolv.conf')?.kind).toBe('file');
    expect(errorOf(() => put(tree, '/etc/mtab', 'x')).code).toBe('image.not-found');
  });

  it('in circles are told apart from what is missing', () => {
    expect(errorOf(() => tree.stat('/loop')).code).toBe('image.loop');
    expect(tree.lstat('/loop')?.kind).toBe('link');
    tree.remove('/loop');
    expect(tree.lstat('/loop')).toBeUndefined();
  });
});

describe('what is not there', () => {
  it('has no entry, and cannot be listed, changed or removed', () => {
    expect(tree.stat('/none/of/it')).toBeUndefined();
    expect(tree.stat('/etc/hostname/x')).toBeUndefined();
    expect(tree.open('/none')).toBeUndefined();
    expect(errorOf(() => tree.list('/none')).code).toBe('image.not-found');
    expect(errorOf(() => tree.list('/etc/hostname/x')).code).toBe('image.not-a-directory');
    expect(errorOf(() => tree.remove('/none')).code).toBe('image.not-found');
    expect(errorOf(() => put(tree, '/none/x', 'x')).message).toContain('/none');
    expect(errorOf(() => put(tree, '/etc/hostname/x', 'x')).code).toBe('image.not-a-directory');
    expect(errorOf(() => tree.makeDirectory('/etc')).code).toBe('image.exists');
  });

  it('leaves a file that is too large for memory to be read in pieces', () => {
    const huge: Volume = Object.assign(Object.create(root) as Volume, {
      stat: (path: string) => root.stat(path),
      open: () => ({ size: 2 ** 40, readInto: () => {} }),
    });
    const large = mountTree([{ at: '/', volume: huge }]);
    expect(large.open('/etc/hostname')?.size).toBe(2 ** 40);
    expect(errorOf(() => large.read('/etc/hostname')).code).toBe('image.not-supported');
  });
});
