import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkExt4 } from '../../../src/image/check/ext4.ts';
import { growExt4 } from '../../../src/image/ext4/grow.ts';
import { openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { hasTool, judge } from '../../fixtures/judge.ts';
import { treeOf } from '../../fixtures/volume-tree.ts';
import { populated } from '../check/corpus.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { featureSets } from './feature-sets.ts';
import { pattern } from './random.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const mebibyte = 1024 ** 2;
const growable = Object.entries(featureSets).filter(([name]) => !name.includes('sparse_super2'));

/** The same bytes with more behind them; what lies there is not always zeros. */
function enlarged(bytes: Uint8Array, size: number, behind = 0): Uint8Array {
  const large = new Uint8Array(size).fill(behind, bytes.length);
  large.set(bytes);
  return large;
}

describe.skipIf(!hasE2fsprogs)('a file system that grows', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  const isSound = (bytes: Uint8Array): void => {
    expect(place.check(bytes)).toBe('');
    expect(checkExt4(memoryDevice(bytes))).toEqual([]);
  };

  const sizes = [
    ['to a size that ends within a group', 41 * mebibyte + 5 * 1024],
    ['a little', 13 * mebibyte],
    ['by much', 97 * mebibyte],
  ] as const;
  // All sizes for the first few layouts, which differ most; the others take one.
  describe.each(growable.map(([name, options], index) => [name, options, index < 4 ? 3 : 1] as const))(
    'with %s',
    (_name, options, count) => {
      it.each(sizes.slice(0, count))('%s holds the same files and takes more', (_how, size) => {
        const made = populated(place, options);
        if (made === undefined) return;
        const before = openExt4(memoryDevice(made), { now });
        const bytes = enlarged(made, size, 0xbb);
        growExt4(memoryDevice(bytes), now);
        isSound(bytes);
        const volume = openExt4(memoryDevice(bytes), { now });
        expect(treeOf(volume)).toEqual(treeOf(before));
        expect(volume.space().size).toBeGreaterThan(size - 3 * mebibyte);
        const room = volume.space().free - before.space().free;
        volume.write('/large', bytesSource(pattern(Math.floor(volume.space().free * 0.9), 3)));
        volume.makeDirectory('/new');
        for (let index = 0; index < 100; index++)
          volume.write(`/new/${index}`, bytesSource(pattern(index, index)));
        volume.flush();
        isSound(bytes);
        if (size > 20 * mebibyte) expect(room).toBeGreaterThan((size - made.length) * 0.7);
      });
    },
  );

  it('grows twice as it grows once', () => {
    const made = populated(place, featureSets['metadata_csum, 64bit, 1k']!)!;
    const once = enlarged(made, 60 * mebibyte);
    growExt4(memoryDevice(once), now);
    const half = enlarged(made, 30 * mebibyte);
    growExt4(memoryDevice(half), now);
    const twice = enlarged(half, 60 * mebibyte);
    growExt4(memoryDevice(twice), now);
    isSound(twice);
    const again = twice.slice();
    growExt4(memoryDevice(again), now);
    expect(Buffer.compare(again, twice)).toBe(0);
    const space = (bytes: Uint8Array) => openExt4(memoryDevice(bytes), { now }).space();
    expect(space(twice)).toEqual(space(once));
  });

  it.each([
    ['the kept blocks', 'resize_inode', ['resize=60000']],
    ['few kept blocks, and meta_bg behind them', 'resize_inode', ['resize=20000']],
    ['meta_bg alone', '^resize_inode', []],
  ] as const)('finds room for more descriptors in %s', (_what, feature, extended) => {
    // Groups of 256 blocks need a block of descriptors for every 16 of them.
    const made = place.make({
      size: 6 * mebibyte,
      features: `64bit,metadata_csum,${feature}`,
      options: ['-b', '1024', '-g', '256', '-N', '600', '-J', 'size=1'],
      extended,
    })!;
    isSound(made);
    for (const size of [20, 45, 70]) {
      const bytes = enlarged(made, size * mebibyte);
      growExt4(memoryDevice(bytes), now);
      isSound(bytes);
      const volume = openExt4(memoryDevice(bytes), { now });
      volume.write('/large', bytesSource(pattern(Math.floor(volume.space().free * 0.9), 1)));
      volume.flush();
      isSound(bytes);
    }
  });

  it('survives the loss of its first superblock and descriptors', () => {
    const made = populated(place, featureSets['metadata_csum, 64bit, 1k']!)!;
    const bytes = enlarged(made, 60 * mebibyte);
    growExt4(memoryDevice(bytes), now);
    const backup = 8193;
    const file = place.file('lost.img');
    bytes.fill(0, 1024, 4096);
    writeFileSync(file, bytes);
    judge('e2fsck', ['-fy', '-b', String(backup), '-B', '1024', file]);
    const saved = new Uint8Array(readFileSync(file));
    expect(place.check(saved)).toBe('');
    expect(openExt4(memoryDevice(saved), { now }).space().size).toBe(60 * mebibyte);
  });

  it.skipIf(!hasTool('resize2fs'))(
    'can be enlarged further by resize2fs, as at the first boot of Raspbian',
    () => {
      for (const name of [
        'Buster (no checksums, 4k)',
        'metadata_csum, 64bit, 1k',
        'trixie (csum_seed, orphan_file)',
      ]) {
        const bytes = enlarged(populated(place, featureSets[name]!)!, 60 * mebibyte);
        growExt4(memoryDevice(bytes), now);
        const file = place.file('resized.img');
        writeFileSync(file, enlarged(bytes, 200 * mebibyte));
        expect(judge('resize2fs', [file])?.status).toBe(0);
        isSound(new Uint8Array(readFileSync(file)));
      }
    },
  );

  it('that cannot grow is left as it was', () => {
    const made = place.make({ size: 12 * mebibyte, ...featureSets['512-byte inodes, sparse_super2']! })!;
    const bytes = enlarged(made, 60 * mebibyte);
    const before = bytes.slice();
    expect(() => growExt4(memoryDevice(bytes), now)).toThrow(
      expect.objectContaining({ code: 'image.not-supported' }),
    );
    expect(Buffer.compare(bytes, before)).toBe(0);
  });
});
