import type { BlockCache } from './block-cache.ts';
import { highPart, joined, setU16, setU32, u16, u32 } from './bytes.ts';
import { crc16, crc32c, crc32cOfU32 } from './crc.ts';
import { damaged } from './faults.ts';
import { descriptorBlock, firstBlockOf } from './group-layout.ts';
import type { Superblock } from './superblock.ts';

/** Offset of the low part, of the high part (0: none) and bytes of each part; the high parts are there with `64bit`. */
const fields = {
  blockBitmap: [0, 32, 4],
  inodeBitmap: [4, 36, 4],
  inodeTable: [8, 40, 4],
  freeBlocks: [12, 44, 2],
  freeInodes: [14, 46, 2],
  directories: [16, 48, 2],
  flags: [18, 0, 2],
  blockBitmapChecksum: [24, 56, 2],
  inodeBitmapChecksum: [26, 58, 2],
  unusedInodes: [28, 50, 2],
  checksum: [30, 0, 2],
} as const;

export type GroupField = keyof typeof fields;

/** The inode bitmap and table have never been written (INODE_UNINIT). */
export const inodesUninitialised = 1;
/** The block bitmap has never been written: only metadata is in use (BLOCK_UNINIT). */
export const blocksUninitialised = 2;
/** The inode table holds zeros where it has not been used (INODE_ZEROED). */
export const inodesZeroed = 4;

/** The group descriptors, which lie in the blocks after the superblock. */
export class Groups {
  readonly #superblock: Superblock;
  readonly #blocks: BlockCache;
  readonly #changed = new Set<number>();

  constructor(superblock: Superblock, blocks: BlockCache) {
    this.#superblock = superblock;
    this.#blocks = blocks;
  }

  get(group: number, field: GroupField): number {
    const { block, offset } = this.#place(group);
    const bytes = this.#blocks.read(block);
    const [low, high, size] = fields[field];
    const wide = this.#superblock.descriptorSize >= 64 && high > 0;
    if (size === 4) return joined(u32(bytes, offset + low), wide ? u32(bytes, offset + high) : 0);
    return joined(u16(bytes, offset + low), 0) + (wide ? u16(bytes, offset + high) * 2 ** 16 : 0);
  }

  set(
    group: number,
    field: Exclude<GroupField, 'blockBitmap' | 'inodeBitmap' | 'inodeTable'>,
    value: number,
  ): void {
    const { block, offset } = this.#place(group);
    const bytes = this.#blocks.edit(block);
    const [low, high] = fields[field];
    setU16(bytes, offset + low, value & 0xffff);
    if (this.#superblock.descriptorSize >= 64 && high > 0) setU16(bytes, offset + high, value >>> 16);
    this.#changed.add(group);
  }

  /** Says where the structures of a new group lie. */
  place(group: number, places: Readonly<Record<'blockBitmap' | 'inodeBitmap' | 'inodeTable', number>>): void {
    const { block, offset } = this.#place(group);
    const bytes = this.#blocks.edit(block);
    for (const field of ['blockBitmap', 'inodeBitmap', 'inodeTable'] as const) {
      const [low, high] = fields[field];
      setU32(bytes, offset + low, places[field] % 2 ** 32);
      if (this.#superblock.descriptorSize >= 64) setU32(bytes, offset + high, highPart(places[field]));
    }
    this.#changed.add(group);
  }

  add(group: number, field: 'freeBlocks' | 'freeInodes' | 'directories', change: number): void {
    this.set(group, field, this.get(group, field) + change);
  }

  hasFlag(group: number, flag: number): boolean {
    return this.#superblock.groupChecksums && (this.get(group, 'flags') & flag) !== 0;
  }

  clearFlag(group: number, flag: number): void {
    this.set(group, 'flags', this.get(group, 'flags') & ~flag);
  }

  /** Blocks that belong to the group; the last one may be shorter. */
  blocksIn(group: number): number {
    const { blockCount, blocksPerGroup } = this.#superblock;
    return Math.min(blocksPerGroup, blockCount - this.firstBlockOf(group));
  }

  firstBlockOf(group: number): number {
    return firstBlockOf(this.#superblock, group);
  }

  groupOfBlock(block: number): number {
    return Math.floor((block - this.#superblock.firstDataBlock) / this.#superblock.blocksPerGroup);
  }

  groupOfInode(inode: number): number {
    return Math.floor((inode - 1) / this.#superblock.inodesPerGroup);
  }

  get tableBlocks(): number {
    return Math.ceil(
      (this.#superblock.inodesPerGroup * this.#superblock.inodeSize) / this.#superblock.blockSize,
    );
  }

  /** Throws `image.damaged` when a checksum, a pointer or a count of the group cannot be. */
  verify(group: number): void {
    const { groupChecksums, blockCount, firstDataBlock, inodesPerGroup } = this.#superblock;
    if (groupChecksums && this.get(group, 'checksum') !== this.#checksum(group)) {
      throw damaged(`the checksum of group descriptor ${group} is wrong`);
    }
    const inside = (first: number, count: number) => first > firstDataBlock && first + count <= blockCount;
    const sound =
      inside(this.get(group, 'blockBitmap'), 1) &&
      inside(this.get(group, 'inodeBitmap'), 1) &&
      inside(this.get(group, 'inodeTable'), this.tableBlocks) &&
      this.get(group, 'freeBlocks') <= this.blocksIn(group) &&
      this.get(group, 'freeInodes') <= inodesPerGroup &&
      this.get(group, 'directories') <= inodesPerGroup &&
      (!groupChecksums || this.get(group, 'unusedInodes') <= inodesPerGroup);
    if (!sound) throw damaged(`group descriptor ${group} has impossible values`);
  }

  /** Brings the checksums of changed descriptors up to date. */
  seal(): void {
    if (this.#superblock.groupChecksums) {
      for (const group of [...this.#changed]) this.set(group, 'checksum', this.#checksum(group));
    }
    this.#changed.clear();
  }

  #place(group: number): { block: number; offset: number } {
    const { descriptorSize, blockSize } = this.#superblock;
    const position = group * descriptorSize;
    return {
      block: descriptorBlock(this.#superblock, Math.floor(position / blockSize)),
      offset: position % blockSize,
    };
  }

  #checksum(group: number): number {
    const { metadataChecksums, checksumSeed, uuid, descriptorSize } = this.#superblock;
    const { block, offset } = this.#place(group);
    const bytes = this.#blocks.read(block).subarray(offset, offset + descriptorSize);
    if (metadataChecksums) {
      const start = crc32c(crc32cOfU32(checksumSeed, group), bytes, 0, 30);
      return crc32c(crc32c(start, new Uint8Array(2)), bytes, 32) & 0xffff;
    }
    const number = new Uint8Array(4);
    setU32(number, 0, group);
    return crc16(crc16(crc16(crc16(0xffff, uuid), number), bytes, 0, 30), bytes, 32);
  }
}
