import type { BlockDevice } from '../device.ts';
import { clearBits, setBits } from './bitmap.ts';
import { BlockCache } from './block-cache.ts';
import { highPart, joined, setU16, setU32, u32 } from './bytes.ts';
import { crc32c } from './crc.ts';
import { noSpace, notSupported } from './faults.ts';
import { type Ext4, editSuperblock, mountExt4, requireWritable } from './file-system.ts';
import { blockBitmap, editBlockBitmap } from './group-bitmaps.ts';
import { baseBlocks, descriptorBlock, firstBlockOf, hasDescriptors, hasSuperblock } from './group-layout.ts';
import { blocksUninitialised, Groups, inodesUninitialised } from './groups.ts';
import { sealInodes } from './inode-table.ts';
import { dropResizeInode, writeResizeInode } from './resize-inode.ts';
import type { Superblock } from './superblock.ts';
import { systemZones } from './system-zones.ts';
import { flushAll } from './transaction.ts';

/** A last group with fewer free blocks than this is not worth its own structures. */
const leastFree = 50;
const superblockSize = 1024;
const field = {
  inodes: 0,
  blocks: 4,
  reservedBlocks: 8,
  groupNumber: 90,
  compatible: 92,
  incompatible: 96,
  reservedDescriptorBlocks: 206,
  firstMetaBlock: 260,
  blocksHigh: 0x150,
  reservedBlocksHigh: 0x154,
  overhead: 0x248,
} as const;
const resizeInodeBit = 16;
const metaBlockBit = 16;

/**
 * Lets a clean file system fill a device that has become larger. Descriptors go to the blocks kept for them, and when those
 * are used up into the new groups themselves (meta_bg). Open the file system again afterwards.
 */
export function growExt4(device: BlockDevice, now: () => Date): void {
  const old = mountExt4(device, now);
  requireWritable(old);
  const superblock = grown(old.superblock, device.size);
  if (superblock.blockCount <= old.superblock.blockCount) return;
  // The bitmap of the last group must be sound before anything is made of it.
  const last = old.superblock.groupCount - 1;
  blockBitmap(old, last);

  const blocks = new BlockCache(device, superblock.blockSize, superblock.blockCount);
  const groups = new Groups(superblock, blocks);
  for (let index = old.superblock.descriptorBlocks; index < superblock.descriptorBlocks; index++)
    blocks.fresh(descriptorBlock(superblock, index));
  const added = groups.blocksIn(last) - old.groups.blocksIn(last);
  groups.add(last, 'freeBlocks', added);
  for (let group = last + 1; group < superblock.groupCount; group++) placeGroup(superblock, groups, group);
  const fs: Ext4 = {
    ...old,
    superblock,
    blocks,
    groups,
    zones: systemZones(superblock, groups),
    free: { ...old.free },
    verified: new Set(),
  };
  fs.free.blocks += added;
  openLastGroup(fs, last, old.groups.blocksIn(last));
  for (let group = last + 1; group < superblock.groupCount; group++) initGroup(fs, group);
  writeSuperblockFields(fs, old.superblock);
  if (superblock.features.all.has('resize_inode')) writeResizeInode(fs);
  else if (old.superblock.features.all.has('resize_inode')) dropResizeInode(fs);
  sealInodes(fs);
  flushAll(fs);
  writeBackups(fs, device);
}

/** The superblock of the same file system on a device of `size` bytes. */
function grown(old: Superblock, size: number): Superblock {
  const { blockSize, firstDataBlock, blocksPerGroup, inodesPerGroup, descriptorSize } = old;
  if (old.features.all.has('sparse_super2')) {
    throw notSupported(
      'an ext4 file system with the feature sparse_super2 cannot grow',
      'Use an image made without it.',
    );
  }
  const most = old.features.all.has('64bit') ? 2 ** 48 : 2 ** 32 - 1;
  let blockCount = Math.min(Math.floor(size / blockSize), most);
  const groupsFor = (count: number): number => Math.ceil((count - firstDataBlock) / blocksPerGroup);
  const next = describe(groupsFor(blockCount), blockCount);
  const last = next.groupCount - 1;
  const overhead = baseBlocks(next, last) + 2 + tableBlocks(next);
  if (last >= old.groupCount && blockCount - firstBlockOf(next, last) < overhead + leastFree)
    blockCount = firstBlockOf(next, last);
  const result = describe(groupsFor(blockCount), blockCount);
  if (result.inodeCount >= 2 ** 32) throw noSpace('an ext4 file system cannot have more than 2^32 inodes');
  return result;

  function describe(groupCount: number, count: number): Superblock {
    const descriptorBlocks = Math.ceil((groupCount * descriptorSize) / blockSize);
    const taken = Math.min(descriptorBlocks - old.descriptorBlocks, old.reservedDescriptorBlocks);
    const needsMeta = descriptorBlocks > old.descriptorBlocks + taken;
    const wasMeta = old.features.all.has('meta_bg');
    const features = new Set(old.features.all);
    if (needsMeta) features.add('meta_bg').delete('resize_inode');
    return {
      ...old,
      features: { ...old.features, all: features },
      blockCount: count,
      groupCount,
      inodeCount: groupCount * inodesPerGroup,
      descriptorBlocks,
      reservedDescriptorBlocks: old.reservedDescriptorBlocks - (wasMeta ? 0 : taken),
      firstMetaBlock: wasMeta ? old.firstMetaBlock : Math.min(descriptorBlocks, old.descriptorBlocks + taken),
    };
  }
}

function tableBlocks({ inodesPerGroup, inodeSize, blockSize }: Superblock): number {
  return Math.ceil((inodesPerGroup * inodeSize) / blockSize);
}

/** A new group keeps its own bitmaps and inodes, behind the copies that it may have to hold. */
function placeGroup(superblock: Superblock, groups: Groups, group: number): void {
  const first = firstBlockOf(superblock, group) + baseBlocks(superblock, group);
  groups.place(group, { blockBitmap: first, inodeBitmap: first + 1, inodeTable: first + 2 });
  groups.set(
    group,
    'freeBlocks',
    groups.blocksIn(group) - baseBlocks(superblock, group) - 2 - tableBlocks(superblock),
  );
  groups.set(group, 'freeInodes', superblock.inodesPerGroup);
  if (!superblock.groupChecksums) return;
  groups.set(group, 'unusedInodes', superblock.inodesPerGroup);
  // The kernel wants the bitmap of the very last group written out.
  const isLast = group === superblock.groupCount - 1;
  groups.set(group, 'flags', inodesUninitialised | (isLast ? 0 : blocksUninitialised));
}

/** Blocks behind the old end of a group that was cut short. */
function openLastGroup(fs: Ext4, group: number, from: number): void {
  const to = fs.groups.blocksIn(group);
  if (fs.groups.hasFlag(group, blocksUninitialised)) return;
  // Its bitmap and its count fit each other only when both have changed, so it is not compared once more.
  fs.verified.add(group);
  clearBits(editBlockBitmap(fs, group), from, to);
}

function initGroup(fs: Ext4, group: number): void {
  const { superblock, groups, blocks } = fs;
  fs.free.blocks += groups.get(group, 'freeBlocks');
  fs.free.inodes += superblock.inodesPerGroup;
  if (!groups.hasFlag(group, blocksUninitialised)) {
    const bitmap = blocks.fresh(groups.get(group, 'blockBitmap'));
    setBits(bitmap, 0, baseBlocks(superblock, group) + 2 + groups.tableBlocks);
    setBits(bitmap, groups.blocksIn(group), bitmap.length * 8);
    fs.changedBitmaps.add(group);
  }
  if (superblock.groupChecksums) return;
  setBits(
    blocks.fresh(groups.get(group, 'inodeBitmap')),
    superblock.inodesPerGroup,
    superblock.blockSize * 8,
  );
  const zeros = new Uint8Array(superblock.blockSize);
  const table = groups.get(group, 'inodeTable');
  for (let block = 0; block < groups.tableBlocks; block++) blocks.writeContent(zeros, table + block);
}

function writeSuperblockFields(fs: Ext4, old: Superblock): void {
  const { blockCount, inodeCount, features, reservedDescriptorBlocks, firstMetaBlock } = fs.superblock;
  const bytes = editSuperblock(fs);
  const wide = features.all.has('64bit');
  const reserved = joined(u32(bytes, field.reservedBlocks), wide ? u32(bytes, field.reservedBlocksHigh) : 0);
  const kept = Math.floor(reserved * (blockCount / old.blockCount));
  setU32(bytes, field.inodes, inodeCount);
  setU32(bytes, field.blocks, blockCount % 2 ** 32);
  setU32(bytes, field.reservedBlocks, kept % 2 ** 32);
  if (wide) {
    setU32(bytes, field.blocksHigh, highPart(blockCount));
    setU32(bytes, field.reservedBlocksHigh, highPart(kept));
  }
  setU16(bytes, field.reservedDescriptorBlocks, reservedDescriptorBlocks);
  // 0 has the kernel count for itself.
  setU32(bytes, field.overhead, 0);
  if (!features.all.has('meta_bg')) return;
  setU32(bytes, field.incompatible, u32(bytes, field.incompatible) | metaBlockBit);
  setU32(bytes, field.firstMetaBlock, firstMetaBlock);
  if (!features.all.has('resize_inode'))
    setU32(bytes, field.compatible, u32(bytes, field.compatible) & ~resizeInodeBit);
}

/** Copies of the superblock and of the descriptors behind it, so that the new size survives the loss of the first ones. */
function writeBackups(fs: Ext4, device: BlockDevice): void {
  const { superblock, blocks } = fs;
  const { blockSize, groupCount, firstMetaBlock, descriptorBlocks, metadataChecksums } = superblock;
  const primary = editSuperblock(fs).slice();
  for (let group = 1; group < groupCount; group++) {
    if (!hasSuperblock(superblock, group)) continue;
    const copy = primary.slice();
    setU16(copy, field.groupNumber, group);
    if (metadataChecksums) setU32(copy, superblockSize - 4, crc32c(0xffffffff, copy, 0, superblockSize - 4));
    const first = firstBlockOf(superblock, group);
    device.writeFrom(copy, first * blockSize);
    for (let index = 0; index < firstMetaBlock && hasDescriptors(superblock, group); index++)
      device.writeFrom(blocks.read(descriptorBlock(superblock, index)), (first + 1 + index) * blockSize);
  }
  for (let index = firstMetaBlock; index < descriptorBlocks; index++) writeMetaBackups(fs, device, index);
}

/** With meta_bg, the second and the last group that a block of descriptors describes have a copy of it. */
function writeMetaBackups({ superblock, blocks }: Ext4, device: BlockDevice, index: number): void {
  const { blockSize, descriptorSize, groupCount } = superblock;
  const perBlock = blockSize / descriptorSize;
  for (const group of [index * perBlock + 1, (index + 1) * perBlock - 1]) {
    if (group >= groupCount) continue;
    const block = firstBlockOf(superblock, group) + (hasSuperblock(superblock, group) ? 1 : 0);
    device.writeFrom(blocks.read(descriptorBlock(superblock, index)), block * blockSize);
  }
}
