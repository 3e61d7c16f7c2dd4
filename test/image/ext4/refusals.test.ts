import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ext4Volume, openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import type { ErrorCode } from '../../../src/model/errors.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const write = (volume: Ext4Volume) => volume.write('/new', bytesSource(new Uint8Array(10)));
const blockSize = 1024;

type Damage = (image: { readonly bytes: Uint8Array; readonly place: Workplace }) => void;

const request =
  (...requests: string[]): Damage =>
  ({ bytes, place }) => {
    place.debug(bytes, requests, ['-w']);
  };
/** Flips a bit of block `find` of the image, `offset` bytes into it. */
const flip =
  (find: RegExp, command: string, offset: number): Damage =>
  ({ bytes, place }) => {
    const block = Number(find.exec(place.debug(bytes, [command]))?.[1]);
    expect(block).toBeGreaterThan(0);
    bytes[block * blockSize + offset]! ^= 1;
  };
const flipInode =
  (path: string): Damage =>
  ({ bytes, place }) => {
    const found = /block (\d+), offset 0x([0-9a-f]+)/.exec(place.debug(bytes, [`imap ${path}`]));
    bytes[Number(found?.[1]) * blockSize + Number.parseInt(found?.[2] ?? '', 16) + 8]! ^= 1;
  };
const flipByte =
  (position: number): Damage =>
  ({ bytes }) => {
    bytes[position]! ^= 1;
  };
const zero =
  (find: RegExp): Damage =>
  ({ bytes, place }) => {
    const block = Number(find.exec(place.debug(bytes, ['stats']))?.[1]);
    bytes.fill(0, block * blockSize, (block + 1) * blockSize);
  };
const blockBitmap = /Group {2}0: block bitmap at (\d+)/;
const inodeBitmap = /Group {2}0: .*inode bitmap at (\d+)/;

const unclean: readonly (readonly [string, Damage])[] = [
  ['a journal that needs recovery', request('feature needs_recovery')],
  ['a file system that was not unmounted', request('ssv state 0')],
  ['recorded errors', request('ssv state 3')],
  ['a count of errors', request('ssv error_count 1')],
  ['a file system with orphans being deleted', request('ssv state 5')],
  ['a list of orphans', request('ssv last_orphan 12')],
  ['an orphan file in use', request('feature orphan_present')],
];

const unknown: readonly (readonly [string, Damage])[] = [
  ['an unknown compatible bit', request('ssv feature_compat 0x8000003c')],
  ['an unknown incompatible bit', request('ssv feature_incompat 0x800002c2')],
  ['compression', request('ssv feature_incompat 0x2c3')],
  ['an external journal of its own', request('ssv feature_incompat 0x2ca')],
  ['an unknown read-only bit', request('ssv feature_ro_compat 0x8000046b')],
];

const damaged: readonly (readonly [string, Damage])[] = [
  ['a wrong magic number', ({ bytes }) => bytes.fill(0, 1024 + 56, 1024 + 58)],
  ['an impossible block size', request('ssv log_block_size 9')],
  ['clusters without bigalloc', request('ssv log_cluster_size 3')],
  ['more blocks than the disk', request('ssv blocks_count 100000')],
  ['an impossible group size', request('ssv blocks_per_group 7')],
  ['an impossible number of inodes', request('ssv inodes_per_group 100000')],
  ['an impossible inode size', request('ssv inode_size 200')],
  ['an impossible first inode', request('ssv first_ino 1')],
  ['a bitmap outside of the disk', request('set_bg 1 block_bitmap 90000', 'set_bg 1 checksum calc')],
  ['two structures in one place', request('set_bg 1 block_bitmap 20', 'set_bg 1 checksum calc')],
];

const damagedBelow: readonly (readonly [string, Damage, (volume: Ext4Volume) => void])[] = [
  ['a block bitmap full of zeros', zero(blockBitmap), write],
  ['an inode bitmap full of zeros', zero(inodeBitmap), write],
  ['a wrong count of free blocks', request('set_bg 0 free_blocks_count 17', 'set_bg 0 checksum calc'), write],
  ['a wrong count of free inodes', request('set_bg 0 free_inodes_count 17', 'set_bg 0 checksum calc'), write],
];

const wrongChecksums: readonly (readonly [string, Damage, (volume: Ext4Volume) => void])[] = [
  ['an unknown kind of checksum', request('ssv checksum_type 7'), () => {}],
  ['an impossible descriptor size', request('ssv desc_size 60'), () => {}],
  ['a flipped bit in the superblock', flipByte(1024 + 400), () => {}],
  ['a flipped bit in a descriptor', flipByte(2 * 1024 + 14), () => {}],
  ['a flipped bit in a block bitmap', flip(blockBitmap, 'stats', 100), write],
  ['a flipped bit in an inode bitmap', flip(inodeBitmap, 'stats', 4), write],
  ['a flipped bit in the inode of the root', flipInode('/'), (volume) => volume.list('/')],
  ['a flipped bit in an inode', flipInode('/many'), (volume) => volume.stat('/many')],
  ['a flipped bit in a directory', flip(/^(\d+)/m, 'blocks /', 4), (volume) => volume.list('/')],
  ['a flipped bit in an index', flip(/^(\d+)/m, 'blocks /many', 44), (v) => v.stat('/many/file-1')],
  [
    'a flipped bit in a block of attributes',
    flip(/File ACL: (\d+)/, 'stat /many', 40),
    (v) => v.extendedAttributes('/many'),
  ],
];

describe.skipIf(!hasE2fsprogs)('what is not safe to write to', () => {
  let place: Workplace;
  let folder: string;
  beforeAll(() => {
    place = new Workplace();
    folder = place.file('tree');
    mkdirSync(path.join(folder, 'many'), { recursive: true });
    for (let index = 0; index < 100; index++)
      writeFileSync(path.join(folder, 'many', `file-${index}`), 'content');
  });
  afterAll(() => place.close());

  const make = (features: string): Uint8Array => {
    const bytes = place.make({ size: 12 * 1024 ** 2, features, options: ['-b', '1024'], from: folder })!;
    place.debug(bytes, [`ea_set /many user.large ${'x'.repeat(500)}`], ['-w']);
    return place.rebuild(bytes, '-fD');
  };
  const refuses = (code: ErrorCode, bytes: Uint8Array, act: (volume: Ext4Volume) => void): void => {
    const before = digest(bytes);
    const open = () => openExt4(memoryDevice(bytes), { now });
    expect(() => {
      const volume = open();
      try {
        act(volume);
      } finally {
        volume.flush();
      }
    }).toThrow(expect.objectContaining({ code, help: expect.stringMatching(/\S/) }));
    expect(digest(bytes)).toBe(before);
  };

  describe.each([
    ['metadata_csum', '64bit,metadata_csum,orphan_file'],
    ['no checksums', '^64bit,^metadata_csum'],
  ])('with %s', (_name, features) => {
    let made: Uint8Array;
    beforeAll(() => {
      made = make(features);
      expect(place.check(made)).toBe('');
    });
    const broken = (damage: Damage): Uint8Array => {
      const bytes = made.slice();
      damage({ bytes, place });
      expect(digest(bytes)).not.toBe(digest(made));
      return bytes;
    };

    it('is written to when nothing is wrong', () => {
      const bytes = made.slice();
      const volume = openExt4(memoryDevice(bytes), { now });
      write(volume);
      volume.flush();
      expect(place.check(bytes)).toBe('');
    });

    it.each(unclean)('%s is not clean', (_what, damage) => {
      refuses('image.not-clean', broken(damage), () => {});
    });

    it.each(unknown)('%s is not supported', (_what, damage) => {
      refuses('image.not-supported', broken(damage), () => {});
    });

    it.each(damaged)('%s is damage', (_what, damage) => {
      refuses('image.damaged', broken(damage), () => {});
    });

    it.each(damagedBelow)('%s is damage when it is met', (_what, damage, meet) => {
      refuses('image.damaged', broken(damage), meet);
    });

    it.each(features.includes(',metadata_csum') ? wrongChecksums : [])(
      '%s is damage by its checksum',
      (_what, damage, meet) => {
        refuses('image.damaged', broken(damage), meet);
      },
    );

    it('a disk that is cut off is damaged', () => {
      refuses('image.damaged', made.slice(0, made.length - 1024), () => {});
      refuses('image.damaged', made.slice(0, 1500), () => {});
    });
  });

  describe('features that are read only', () => {
    it.each([
      ['inline_data', 'inline_data', []],
      ['quota', 'quota', []],
      ['project', 'project,quota', []],
      ['bigalloc', 'bigalloc', ['-C', '16384']],
      ['encrypt', 'encrypt', []],
      ['casefold', 'casefold', []],
      ['verity', 'verity', []],
    ] as const)('%s', (name, features, options) => {
      const bytes = place.make({
        size: 24 * 1024 ** 2,
        features: `64bit,metadata_csum,${features}`,
        options: ['-b', '1024', ...options],
        from: folder,
      })!;
      const volume = openExt4(memoryDevice(bytes), { now });
      expect(volume.list('/many')).toHaveLength(100);
      const content = Buffer.alloc(7);
      volume.open('/many/file-42').readInto(content, 0);
      expect(content.toString()).toBe('content');
      for (const act of [write, (one: Ext4Volume) => one.remove('/many/file-1')]) {
        refuses('image.not-supported', bytes, act);
        expect(() => act(volume)).toThrow(name);
      }
    });

    it.each(['mmp', 'ea_inode', 'journal_dev'])('%s is not opened at all', (name) => {
      const bytes = make('64bit,metadata_csum');
      place.debug(bytes, [`feature ${name}`], ['-w']);
      refuses('image.not-supported', bytes, () => {});
    });
  });
});
