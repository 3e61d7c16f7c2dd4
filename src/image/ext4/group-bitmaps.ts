import { areSet, countClear, nextSet, setBits } from './bitmap.ts';
import { crc32c } from './crc.ts';
import { damaged } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import { blocksUninitialised, inodesUninitialised } from './groups.ts';
import { zonesWithin } from './system-zones.ts';

/**
 * The block bitmap of a group, compared with its checksum, with the count of free blocks and with the blocks that the
 * file system itself needs: writing by a wrong bitmap would destroy files.
 */
export function blockBitmap(fs: Ext4, group: number): Uint8Array {
  const { blocks, groups } = fs;
  const block = groups.get(group, 'blockBitmap');
  if (groups.hasFlag(group, blocksUninitialised)) return initialBlockBitmap(fs, group);
  const bitmap = blocks.read(block);
  if (fs.verified.has(group)) return bitmap;
  checkChecksum(fs, group, 'blockBitmapChecksum', bitmap, fs.superblock.blocksPerGroup);
  if (countClear(bitmap, groups.blocksIn(group)) !== groups.get(group, 'freeBlocks')) {
    throw damaged(`the block bitmap of group ${group} does not fit its count of free blocks`);
  }
  for (const [first, end] of systemBits(fs, group)) {
    if (!areSet(bitmap, first, end)) {
      throw damaged(`the block bitmap of group ${group} says that the file system's own blocks are free`);
    }
  }
  remember(fs, group);
  return bitmap;
}

/** As `blockBitmap`, free to be changed. */
export function editBlockBitmap(fs: Ext4, group: number): Uint8Array {
  const bitmap = blockBitmap(fs, group);
  if (fs.groups.hasFlag(group, blocksUninitialised)) {
    const fresh = fs.blocks.fresh(fs.groups.get(group, 'blockBitmap'));
    fresh.set(bitmap);
    fs.groups.clearFlag(group, blocksUninitialised);
    remember(fs, group);
  }
  markChanged(fs, group);
  return fs.blocks.edit(fs.groups.get(group, 'blockBitmap'));
}

/** A group that was never written to holds nothing but the file system's own blocks; its bitmap is not on disk yet. */
function initialBlockBitmap(fs: Ext4, group: number): Uint8Array {
  const bitmap = new Uint8Array(fs.superblock.blockSize);
  for (const [first, end] of systemBits(fs, group)) setBits(bitmap, first, end);
  setBits(bitmap, fs.groups.blocksIn(group), bitmap.length * 8);
  if (countClear(bitmap, fs.groups.blocksIn(group)) !== fs.groups.get(group, 'freeBlocks')) {
    throw damaged(`group ${group} is marked as unused, but its count of free blocks says otherwise`);
  }
  return bitmap;
}

function systemBits(fs: Ext4, group: number): readonly (readonly [first: number, end: number])[] {
  const base = fs.groups.firstBlockOf(group);
  const count = fs.groups.blocksIn(group);
  return zonesWithin(fs.zones, base, base + count).map(
    ({ first, end }) => [Math.max(0, first - base), Math.min(count, end - base)] as const,
  );
}

export function inodeBitmap(fs: Ext4, group: number): Uint8Array {
  const { groups, superblock } = fs;
  if (groups.hasFlag(group, inodesUninitialised)) {
    if (groups.get(group, 'freeInodes') !== superblock.inodesPerGroup) {
      throw damaged(`group ${group} is marked as unused, but its count of free inodes says otherwise`);
    }
    const bitmap = new Uint8Array(superblock.blockSize);
    setBits(bitmap, superblock.inodesPerGroup, bitmap.length * 8);
    return bitmap;
  }
  const bitmap = fs.blocks.read(groups.get(group, 'inodeBitmap'));
  if (fs.verified.has(~group)) return bitmap;
  checkChecksum(fs, group, 'inodeBitmapChecksum', bitmap, superblock.inodesPerGroup);
  if (countClear(bitmap, superblock.inodesPerGroup) !== groups.get(group, 'freeInodes')) {
    throw damaged(`the inode bitmap of group ${group} does not fit its count of free inodes`);
  }
  const used = superblock.groupChecksums
    ? superblock.inodesPerGroup - groups.get(group, 'unusedInodes')
    : superblock.inodesPerGroup;
  if (nextSet(bitmap, used, superblock.inodesPerGroup) < superblock.inodesPerGroup) {
    throw damaged(`the inode bitmap of group ${group} has inodes in use that its descriptor calls unused`);
  }
  if (group === 0 && !areSet(bitmap, 0, Math.min(superblock.firstInode - 1, superblock.inodesPerGroup))) {
    throw damaged('the inode bitmap says that reserved inodes are free');
  }
  remember(fs, ~group);
  return bitmap;
}

export function editInodeBitmap(fs: Ext4, group: number): Uint8Array {
  const bitmap = inodeBitmap(fs, group);
  if (fs.groups.hasFlag(group, inodesUninitialised)) {
    const fresh = fs.blocks.fresh(fs.groups.get(group, 'inodeBitmap'));
    fresh.set(bitmap);
    fs.groups.clearFlag(group, inodesUninitialised);
    remember(fs, ~group);
  }
  markChanged(fs, ~group);
  return fs.blocks.edit(fs.groups.get(group, 'inodeBitmap'));
}

function remember(fs: Ext4, key: number): void {
  if (fs.verified.has(key)) return;
  fs.verified.add(key);
  fs.pending.verified.push(key);
}

function markChanged(fs: Ext4, key: number): void {
  if (fs.changedBitmaps.has(key)) return;
  fs.changedBitmaps.add(key);
  fs.pending.changed.push(key);
}

type BitmapChecksum = 'blockBitmapChecksum' | 'inodeBitmapChecksum';

function checkChecksum(
  fs: Ext4,
  group: number,
  field: BitmapChecksum,
  bitmap: Uint8Array,
  bits: number,
): void {
  if (!fs.superblock.metadataChecksums) return;
  const mask = fs.superblock.descriptorSize >= 64 ? 0xffffffff : 0xffff;
  const checksum = (crc32c(fs.superblock.checksumSeed, bitmap, 0, bits / 8) & mask) >>> 0;
  if (checksum === fs.groups.get(group, field)) return;
  throw damaged(
    `the checksum of the ${field.startsWith('block') ? 'block' : 'inode'} bitmap of group ${group} is wrong`,
  );
}

/** Brings the checksums of changed bitmaps up to date. */
export function sealBitmaps(fs: Ext4): void {
  const { metadataChecksums, checksumSeed, blocksPerGroup, inodesPerGroup } = fs.superblock;
  for (const key of metadataChecksums ? fs.changedBitmaps : []) {
    const group = key < 0 ? ~key : key;
    const bits = key < 0 ? inodesPerGroup : blocksPerGroup;
    const bitmap = fs.blocks.read(fs.groups.get(group, key < 0 ? 'inodeBitmap' : 'blockBitmap'));
    fs.groups.set(
      group,
      key < 0 ? 'inodeBitmapChecksum' : 'blockBitmapChecksum',
      crc32c(checksumSeed, bitmap, 0, bits / 8),
    );
  }
  fs.changedBitmaps.clear();
}
