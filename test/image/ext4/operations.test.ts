import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkExt4 } from '../../../src/image/check/ext4.ts';
import { type Ext4Volume, openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { featureSets } from './feature-sets.ts';
import { pattern } from './random.ts';

const now = () => new Date('2026-01-02T03:04:05.250Z');
const put = (volume: Ext4Volume, file: string, size: number, seed = 1) =>
  volume.write(file, bytesSource(pattern(size, seed)));

/** Each is done to a file system filled by mke2fs, and judged by e2fsck on its own. */
const operations: readonly (readonly [string, (volume: Ext4Volume) => void])[] = [
  ['an empty file', (volume) => put(volume, '/new', 0)],
  ['a file of one byte', (volume) => put(volume, '/new', 1)],
  ['a file with all three levels of pointers', (volume) => put(volume, '/new', 700_000)],
  ['a file of 3 MB', (volume) => put(volume, '/new', 3_000_000)],
  ['a shorter file in place of another', (volume) => put(volume, '/etc/large', 10)],
  ['a longer file in place of another', (volume) => put(volume, '/etc/hostname', 400_000)],
  ['an empty file in place of another', (volume) => put(volume, '/etc/large', 0)],
  ['bytes added to a file', (volume) => volume.append('/etc/hostname', bytesSource(pattern(70_000, 3)))],
  [
    'many small additions to a file',
    (volume) => {
      for (let index = 0; index < 30; index++)
        volume.append('/etc/hostname', bytesSource(pattern(333, index)));
    },
  ],
  ['a file cut within a block', (volume) => volume.resize('/etc/large', 123_456)],
  ['a file cut to nothing', (volume) => volume.resize('/etc/large', 0)],
  ['a file that grows by a hole', (volume) => volume.resize('/etc/hostname', 5_000_000)],
  [
    'content behind a hole',
    (volume) => {
      volume.resize('/etc/hostname', 3_000_000);
      volume.append('/etc/hostname', bytesSource(pattern(10_000, 3)));
      volume.resize('/etc/hostname', 3_000_100);
    },
  ],
  [
    'special files',
    (volume) => {
      volume.makeSpecialFile('/fifo', { type: 'fifo' }, { mode: 0o600 });
      volume.makeSpecialFile('/socket', { type: 'socket' });
      volume.makeSpecialFile('/null', { type: 'character', major: 1, minor: 3 }, { mode: 0o666 });
      volume.makeSpecialFile('/disk', { type: 'block', major: 259, minor: 70_000 });
    },
  ],
  [
    'an extended attribute',
    (volume) => volume.setExtendedAttribute('/etc/hostname', 'user.small', pattern(20, 1)),
  ],
  [
    'extended attributes in the inode and in a block',
    (volume) => {
      for (let index = 0; index < 12; index++)
        volume.setExtendedAttribute('/etc/hostname', `user.name-${index}`, pattern(index * 7, index));
      volume.setExtendedAttribute('/etc', 'security.selinux', pattern(200, 9));
      volume.setExtendedAttribute('/etc', 'system.posix_acl_default', pattern(28, 9));
    },
  ],
  [
    'extended attributes taken away again',
    (volume) => {
      for (const size of [10, 300])
        volume.setExtendedAttribute('/etc/large', `user.name-${size}`, pattern(size, 1));
      volume.setExtendedAttribute('/etc/large', 'user.name-300', undefined);
      volume.setExtendedAttribute('/etc/large', 'user.name-10', undefined);
      volume.setExtendedAttribute('/etc/hostname', 'user.name', pattern(300, 1));
      volume.remove('/etc/hostname');
    },
  ],
  [
    'a file with attributes',
    (volume) =>
      volume.write('/etc/hostname', bytesSource(new Uint8Array(9)), {
        mode: 0o640,
        uid: 70_000,
        gid: 80_000,
      }),
  ],
  ['a directory', (volume) => volume.makeDirectory('/new', { mode: 0o1777 })],
  [
    'nested directories',
    (volume) => {
      for (let depth = 1; depth < 40; depth++) volume.makeDirectory('/d'.repeat(depth));
    },
  ],
  [
    'forty names in a directory',
    (volume) => {
      for (let index = 0; index < 40; index++) put(volume, `/etc/${'name-'.repeat(20)}${index}`, index);
    },
  ],
  [
    'short links',
    (volume) => {
      for (const length of [1, 58, 59]) volume.makeLink(`/link${length}`, 'x'.repeat(length));
    },
  ],
  [
    'long links',
    (volume) => {
      for (const length of [60, 61, 255, 1023]) volume.makeLink(`/link${length}`, 'x'.repeat(length));
    },
  ],
  ['a hard link', (volume) => volume.makeHardLink('/etc/hostname', '/second')],
  ['a hard link to a link', (volume) => volume.makeHardLink('/etc/link', '/second')],
  ['removal of a file', (volume) => volume.remove('/etc/large')],
  [
    'removal of one of two names',
    (volume) => {
      volume.makeHardLink('/etc/hostname', '/second');
      volume.remove('/etc/hostname');
    },
  ],
  [
    'removal of links',
    (volume) => {
      volume.remove('/etc/link');
      volume.remove('/etc/long-link');
    },
  ],
  [
    'removal of directories',
    (volume) => {
      volume.remove('/empty/below');
      volume.remove('/empty');
    },
  ],
  [
    'a move within a directory',
    (volume) => volume.rename('/etc/hostname', '/etc/a-much-longer-name-of-the-host'),
  ],
  ['a move to another directory', (volume) => volume.rename('/etc/large', '/empty/large')],
  ['a move of a directory', (volume) => volume.rename('/etc', '/empty/below/etc')],
  [
    'a new mode and owner',
    (volume) => volume.setAttributes('/etc/hostname', { mode: 0o4755, uid: 4_000_000_000, gid: 65_536 }),
  ],
  ['a new mode of the root', (volume) => volume.setAttributes('/', { mode: 0o700 })],
];

describe.skipIf(!hasE2fsprogs)('every operation on every kind of file system', () => {
  let place: Workplace;
  let folder: string;
  beforeAll(() => {
    place = new Workplace();
    folder = place.file('tree');
    mkdirSync(path.join(folder, 'etc'), { recursive: true });
    mkdirSync(path.join(folder, 'empty', 'below'), { recursive: true });
    writeFileSync(path.join(folder, 'etc', 'hostname'), 'raspberrypi\n');
    writeFileSync(path.join(folder, 'etc', 'large'), pattern(900_000, 5));
    symlinkSync('hostname', path.join(folder, 'etc', 'link'));
    symlinkSync('/far'.repeat(100), path.join(folder, 'etc', 'long-link'));
  });
  afterAll(() => place.close());

  describe.each(Object.entries(featureSets))('%s', (_name, options) => {
    let made: Uint8Array | undefined;
    beforeAll(() => {
      made = place.make({ ...options, size: 12 * 1024 ** 2, from: folder });
    });

    it('is read as it was made', ({ skip }) => {
      if (made === undefined) return skip('this mke2fs does not know these features');
      const volume = openExt4(memoryDevice(made), { now });
      const content = new Uint8Array(900_000);
      volume.open('/etc/large').readInto(content, 0);
      expect(Buffer.compare(content, pattern(900_000, 5))).toBe(0);
      expect(volume.readLink('/etc/link')).toBe('hostname');
      expect(volume.readLink('/etc/long-link')).toBe('/far'.repeat(100));
      expect(
        volume
          .list('/etc')
          .map(({ name, kind }) => `${name} ${kind}`)
          .sort(),
      ).toEqual(['hostname file', 'large file', 'link link', 'long-link link']);
      const before = made.slice();
      volume.flush();
      expect(Buffer.compare(before, made)).toBe(0);
    });

    it.each(operations)('stays clean with %s', (_what, operate) => {
      if (made === undefined) return;
      const bytes = made.slice();
      const volume = openExt4(memoryDevice(bytes), { now });
      operate(volume);
      volume.flush();
      expect(place.check(bytes)).toBe('');
      // e2fsck holds its peace about some faults, such as a wrong type in a directory.
      expect(checkExt4(memoryDevice(bytes))).toEqual([]);
      expect(Buffer.compare(bytes, made)).not.toBe(0);
      const again = made.slice();
      const second = openExt4(memoryDevice(again), { now });
      operate(second);
      second.flush();
      expect(Buffer.compare(bytes, again)).toBe(0);
    });
  });
});
