import type { BlockDevice } from '../device.ts';
import type { Ext4 } from '../ext4/file-system.ts';
import { descriptorBlock } from '../ext4/group-layout.ts';
import type { Partition } from '../partitions/partition.ts';
import type { EditedDevice } from '../zeroed-free.ts';
import type { PartsOf } from './ext4.ts';
import { checkImage, type PartitionReport } from './image.ts';
import { noneKnown, Parts } from './parts.ts';

/** Bytes of the superblock that every edit changes and no part of a check looks at: counts, the time, the checksum. */
const changing = [
  [12, 20],
  [48, 52],
  [0x158, 0x15c],
  [0x274, 0x275],
  [1020, 1024],
] as const;

interface KnownFileSystem {
  readonly partition: Partition;
  readonly stamp: string;
  readonly parts: Parts;
}

/**
 * A base image that was checked, so that many images which differ little from it are checked in a fraction of the time: of
 * the inodes and directories, only those are looked at again of which a block was changed. How all of them fit together
 * – owners of blocks, names, links, bitmaps, counts – is checked anew each time.
 */
export class CheckedBase {
  readonly reports: readonly PartitionReport[];
  readonly #known: KnownFileSystem[] = [];

  constructor(base: BlockDevice) {
    this.reports = checkImage(base, (partition) => (fs, superblock) => {
      const known = { partition, stamp: stampOf(fs, superblock), parts: new Parts() };
      this.#known.push(known);
      return known.parts.remembering(fs.blocks, descriptorsOf(fs));
    });
  }

  /** As `checkImage`, of an image that has the bytes of the base outside of its dirty runs. */
  check(edited: EditedDevice): readonly PartitionReport[] {
    const runs = [...edited.dirtyRuns()];
    return checkImage(
      edited,
      (partition): PartsOf =>
        (fs, superblock) => {
          const known = this.#known.find(({ partition: one }) => isSamePlace(one, partition));
          if (known?.stamp !== stampOf(fs, superblock)) return noneKnown;
          return known.parts.recalling(blocksOf(runs, partition, fs.superblock.blockSize));
        },
    );
  }
}

/** All that parts of a check depend on besides the blocks that they read: the layout. */
function stampOf({ superblock: { groupCount }, groups }: Ext4, superblock: Uint8Array): string {
  const fixed = Buffer.from(superblock);
  for (const [from, to] of changing) fixed.fill(0, from, to);
  const places = Array.from({ length: groupCount }, (_, group) =>
    (['blockBitmap', 'inodeBitmap', 'inodeTable'] as const).map((field) => groups.get(group, field)),
  );
  return `${fixed.toString('base64')} ${places.join(' ')}`;
}

/** Blocks of group descriptors: what parts want of them, where things lie, is in the stamp. */
function descriptorsOf({ superblock }: Ext4): ReadonlySet<number> {
  const { descriptorBlocks } = superblock;
  return new Set(Array.from({ length: descriptorBlocks }, (_, index) => descriptorBlock(superblock, index)));
}

function isSamePlace(one: Partition, other: Partition): boolean {
  return one.offset === other.offset && one.size === other.size;
}

/** The blocks of a partition that have a byte in one of the runs. */
function* blocksOf(
  runs: readonly { readonly position: number; readonly length: number }[],
  { offset, size }: Partition,
  blockSize: number,
): Generator<number> {
  for (const { position, length } of runs) {
    const from = Math.max(0, position - offset);
    const to = Math.min(size, position + length - offset);
    for (let block = Math.floor(from / blockSize); block * blockSize < to; block++) yield block;
  }
}
