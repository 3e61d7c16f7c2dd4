import { checkOwnable } from '../ext4/block-allocator.ts';
import { u32 } from '../ext4/bytes.ts';
import type { Ext4 } from '../ext4/file-system.ts';
import { loadInode } from '../ext4/inode-table.ts';
import { doubleIndirect, keptBlocks, resizeInode } from '../ext4/resize-inode.ts';
import type { Ext4Check } from './ext4.ts';

/** The block that the tree of the blocks kept for growth begins with; undefined where none are kept. */
export function resizeRoot(fs: Ext4): number | undefined {
  if (!fs.superblock.features.all.has('resize_inode')) return undefined;
  return u32(loadInode(fs, resizeInode).blockArea, 4 * doubleIndirect);
}

/** The inode of the blocks kept for growth, whose tree must be the one that their number makes. */
export function checkResizeInode({ fs, findings, census }: Ext4Check): void {
  if (!fs.superblock.features.all.has('resize_inode')) return;
  findings.guard(() => {
    const { blockArea, links, mode } = loadInode(fs, resizeInode);
    const root = u32(blockArea, 4 * doubleIndirect);
    const others = Array.from({ length: 15 }, (_, index) => index).filter(
      (index) => index !== doubleIndirect,
    );
    if (links !== 1 || mode === 0 || others.some((index) => u32(blockArea, 4 * index) !== 0)) {
      findings.add('the inode of the blocks kept for growth is wrong');
      return;
    }
    checkOwnable(fs, root, 1);
    if (census.use.take(root, 1) !== undefined) findings.add(`block ${root} is in use twice`);
    for (const { block, index, copies } of keptBlocks(fs)) {
      const below = fs.blocks.read(block);
      const named = u32(fs.blocks.read(root), 4 * index) === block;
      if (!named || copies.some((copy, at) => u32(below, 4 * at) !== copy))
        findings.add(`block ${block}, which is kept for growth, does not name its copies`);
    }
  });
}
