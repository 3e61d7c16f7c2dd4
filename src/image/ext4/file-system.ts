import type { BlockDevice } from '../device.ts';
import { BlockCache } from './block-cache.ts';
import { setU32, u32 } from './bytes.ts';
import { crc32c } from './crc.ts';
import { requireClean, unsupported } from './features.ts';
import { Groups } from './groups.ts';
import {
  readSuperblock,
  readSuperblockBytes,
  type Superblock,
  superblockPosition,
  superblockSize,
} from './superblock.ts';
import { systemZones, type Zone } from './system-zones.ts';

/** Consecutive blocks on the device. */
export interface BlockRun {
  readonly physical: number;
  readonly length: number;
}

/** What the operation under way has still to do when it ends, and what it undoes when it fails. */
export interface Pending {
  frees: BlockRun[];
  inodes: Set<number>;
  /** Bitmaps that this operation was the first to check, or to change. */
  verified: number[];
  changed: number[];
  /** Blocks of content that wait in memory for the operation to succeed. */
  held: number[];
}

/** An open file system: what all the functions of this folder work on. */
export interface Ext4 {
  readonly superblock: Superblock;
  readonly blocks: BlockCache;
  readonly groups: Groups;
  readonly zones: readonly Zone[];
  readonly free: { blocks: number; inodes: number };
  readonly pending: Pending;
  /** Bitmaps compared with their checksums and counts already: block bitmaps by group, inode bitmaps by `~group`. */
  readonly verified: Set<number>;
  readonly changedBitmaps: Set<number>;
  /** Blocks in memory whose checksum has been compared, or written by us. */
  readonly sound: WeakSet<Uint8Array>;
  readonly now: () => Date;
}

/** Opens a clean file system. Throws `image.damaged`, `image.not-clean` or `image.not-supported`. */
export function mountExt4(device: BlockDevice, now: () => Date): Ext4 {
  const fs = mountUnchecked(device, now);
  requireClean(readSuperblockBytes(device), fs.superblock.features);
  return fs;
}

/** Opens a file system that may have a journal to be replayed. */
export function mountUnchecked(device: BlockDevice, now: () => Date): Ext4 {
  const superblock = readSuperblock(device);
  const blocks = new BlockCache(device, superblock.blockSize, superblock.blockCount);
  const groups = new Groups(superblock, blocks);
  const free = { blocks: 0, inodes: 0 };
  for (let group = 0; group < superblock.groupCount; group++) {
    groups.verify(group);
    free.blocks += groups.get(group, 'freeBlocks');
    free.inodes += groups.get(group, 'freeInodes');
  }
  return {
    superblock,
    blocks,
    groups,
    zones: systemZones(superblock, groups),
    free,
    pending: { frees: [], inodes: new Set(), verified: [], changed: [], held: [] },
    verified: new Set(),
    changedBitmaps: new Set(),
    sound: new WeakSet(),
    now,
  };
}

export function requireWritable(fs: Ext4): void {
  const { readOnly } = fs.superblock.features;
  if (readOnly.length > 0) throw unsupported(readOnly, 'changed');
}

/** The superblock in its block, free to be changed. */
export function editSuperblock(fs: Ext4): Uint8Array {
  const { blockSize } = fs.superblock;
  const bytes = fs.blocks.edit(Math.floor(superblockPosition / blockSize));
  const offset = superblockPosition % blockSize;
  return bytes.subarray(offset, offset + superblockSize);
}

/** Sets a bit of a feature word that a change made necessary, such as large_file. */
export function setReadOnlyFeature(fs: Ext4, bit: number): void {
  setFeature(fs, 100, bit);
}

export function setCompatibleFeature(fs: Ext4, bit: number): void {
  setFeature(fs, 92, bit);
}

function setFeature(fs: Ext4, at: number, bit: number): void {
  const bytes = editSuperblock(fs);
  setU32(bytes, at, u32(bytes, at) | bit);
}

/** Counts, time of the last write and checksum. */
export function sealSuperblock(fs: Ext4): void {
  const bytes = editSuperblock(fs);
  const seconds = Math.floor(fs.now().getTime() / 1000);
  setU32(bytes, 12, fs.free.blocks % 2 ** 32);
  if (fs.superblock.features.all.has('64bit')) setU32(bytes, 0x158, Math.floor(fs.free.blocks / 2 ** 32));
  setU32(bytes, 16, fs.free.inodes);
  setU32(bytes, 48, seconds >>> 0);
  bytes[0x274] = Math.floor(seconds / 2 ** 32) & 0xff;
  if (fs.superblock.metadataChecksums) setU32(bytes, 1020, crc32c(0xffffffff, bytes, 0, 1020));
}
