import type { Superblock } from './superblock.ts';
import { superblockPosition } from './superblock.ts';

/** Groups that begin with a copy of the superblock. */
export function hasSuperblock(superblock: Superblock, group: number): boolean {
  if (group === 0) return true;
  if (superblock.features.all.has('sparse_super2')) return superblock.backupGroups.includes(group);
  if (!superblock.features.all.has('sparse_super') || group === 1) return true;
  return [3, 5, 7].some((base) => {
    let power = base;
    while (power < group) power *= base;
    return power === group;
  });
}

/**
 * The device's block that holds block `index` of the group descriptors: all lie together behind the superblock, or, with
 * meta_bg, each in the first of the groups it describes.
 * https://www.kernel.org/doc/html/latest/filesystems/ext4/blockgroup.html#meta-block-groups
 */
export function descriptorBlock(superblock: Superblock, index: number): number {
  const { blockSize, firstMetaBlock } = superblock;
  const behindSuperblock = Math.floor(superblockPosition / blockSize) + 1;
  if (index < firstMetaBlock) return behindSuperblock + index;
  const group = index * descriptorsPerBlock(superblock);
  if (group === 0) return behindSuperblock;
  return firstBlockOf(superblock, group) + (hasSuperblock(superblock, group) ? 1 : 0);
}

/** Whether a group with a copy of the superblock has copies of the descriptors behind it; with meta_bg, later ones do not. */
export function hasDescriptors(superblock: Superblock, group: number): boolean {
  const isMeta =
    superblock.features.all.has('meta_bg') &&
    group >= superblock.firstMetaBlock * descriptorsPerBlock(superblock);
  return hasSuperblock(superblock, group) && !isMeta;
}

/** Blocks at the start of a group that hold copies of the superblock and of descriptors, or are kept for more of those. */
export function baseBlocks(superblock: Superblock, group: number): number {
  const { firstMetaBlock, reservedDescriptorBlocks } = superblock;
  const own = hasSuperblock(superblock, group) ? 1 : 0;
  const perBlock = descriptorsPerBlock(superblock);
  if (hasDescriptors(superblock, group)) return 1 + firstMetaBlock + reservedDescriptorBlocks;
  if (!superblock.features.all.has('meta_bg') || group < firstMetaBlock * perBlock) return 0;
  const inMetaGroup = group % perBlock;
  return own + (inMetaGroup <= 1 || inMetaGroup === perBlock - 1 ? 1 : 0);
}

export function descriptorsPerBlock({ blockSize, descriptorSize }: Superblock): number {
  return blockSize / descriptorSize;
}

export function firstBlockOf({ firstDataBlock, blocksPerGroup }: Superblock, group: number): number {
  return firstDataBlock + group * blocksPerGroup;
}
