import { freeBlocks, releaseFreedBlocks } from './block-allocator.ts';
import { setU32, u32 } from './bytes.ts';
import type { Ext4 } from './file-system.ts';
import { firstBlockOf, hasSuperblock } from './group-layout.ts';
import type { Inode } from './inode.ts';
import { editInode, freshInode, loadInode } from './inode-table.ts';

/*
 * The inode that owns the blocks kept behind the descriptors for growth. Its tree of two levels names each of them in
 * group 0, and below it the same block in every group with a copy.
 */
export const resizeInode = 7;
export const doubleIndirect = 13;

/** A block that is kept for descriptors, where the tree names it, and its copies. */
export interface KeptBlock {
  readonly block: number;
  /** Index in the first level of the tree. */
  readonly index: number;
  readonly copies: readonly number[];
}

export function keptBlocks({ superblock }: Ext4): readonly KeptBlock[] {
  const { blockSize, firstDataBlock, descriptorBlocks, reservedDescriptorBlocks, groupCount } = superblock;
  const groups = Array.from({ length: groupCount }, (_, group) => group).filter(
    (group) => group > 0 && hasSuperblock(superblock, group),
  );
  return Array.from({ length: reservedDescriptorBlocks }, (_, kept) => {
    const offset = 1 + descriptorBlocks + kept;
    return {
      block: firstDataBlock + offset,
      index: (descriptorBlocks + kept) % (blockSize / 4),
      copies: groups.map((group) => firstBlockOf(superblock, group) + offset),
    };
  });
}

/** Brings the tree up to date with the number of groups and of blocks that are kept. */
export function writeResizeInode(fs: Ext4): void {
  const inode = loadInode(fs, resizeInode);
  editInode(fs, inode);
  const kept = keptBlocks(fs);
  const root = fs.blocks.fresh(u32(inode.blockArea, 4 * doubleIndirect));
  for (const { block, index, copies } of kept) {
    setU32(root, 4 * index, block);
    const below = fs.blocks.fresh(block);
    copies.forEach((copy, at) => {
      setU32(below, 4 * at, copy);
    });
  }
  const count = kept.reduce((sum, { copies }) => sum + 1 + copies.length, 1);
  inode.sectors = count * (fs.superblock.blockSize / 512);
}

/** With no block kept any more, the inode and the root of its tree go. */
export function dropResizeInode(fs: Ext4): void {
  const inode: Inode = loadInode(fs, resizeInode);
  const root = u32(inode.blockArea, 4 * doubleIndirect);
  freshInode(fs, resizeInode);
  if (root === 0) return;
  freeBlocks(fs, root, 1);
  releaseFreedBlocks(fs);
}
