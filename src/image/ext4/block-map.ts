import { allocateBlocks, freeBlocks } from './block-allocator.ts';
import { type BlockMap, extentTreeSize, type FileRun, readExtents, writeExtents } from './extent-tree.ts';
import { damaged, noSpace } from './faults.ts';
import type { BlockRun, Ext4 } from './file-system.ts';
import { indirectCapacity, indirectTreeSize, readIndirect, writeIndirect } from './indirect-blocks.ts';
import { fileType, type Inode, inodeFlag } from './inode.ts';

const largestLogical = 2 ** 32 - 1;

export const emptyMap: BlockMap = { runs: [], treeBlocks: [] };

/** Where the content of an inode lies, whichever way it is written down. */
export function readBlockMap(fs: Ext4, inode: Inode): BlockMap {
  const hasBlocks = inode.kind === 'file' || inode.kind === 'directory' || isSlowLink(inode);
  if (!hasBlocks || inode.hasFlag(inodeFlag.inlineData)) return emptyMap;
  return inode.hasFlag(inodeFlag.extents) ? readExtents(fs, inode) : readIndirect(fs, inode);
}

/** A link whose target does not fit into the inode. */
export function isSlowLink(inode: Inode): boolean {
  return inode.type === fileType.link && (inode.size >= 60 || inode.hasFlag(inodeFlag.extents));
}

/**
 * Makes `runs` the blocks of the inode in place of `old`. Tree blocks of the old map are used again or freed, its content
 * blocks are the caller's business. i_blocks follows.
 */
export function writeBlockMap(fs: Ext4, inode: Inode, runs: readonly FileRun[], old: BlockMap): void {
  const withExtents = inode.hasFlag(inodeFlag.extents);
  const { blockSize } = fs.superblock;
  const count = blockCountOf(runs);
  const needed = (withExtents ? extentTreeSize : indirectTreeSize)(blockSize, runs);
  const reused = old.treeBlocks.slice(0, needed);
  for (const block of old.treeBlocks.slice(needed)) freeBlocks(fs, block, 1);
  const added = allocateBlocks(fs, needed - reused.length, fs.groups.groupOfInode(inode.number));
  const supply = [...reused, ...added.flatMap(blocksOf)].values();
  const newTreeBlock = () => supply.next().value!;
  (withExtents ? writeExtents : writeIndirect)(fs, inode, runs, newTreeBlock);
  addBlocks(fs, inode, count + needed - blockCountOf(old.runs) - old.treeBlocks.length);
}

/** Throws `image.no-space` for a file that is too long for its kind of block map. */
export function requireMappable(fs: Ext4, count: number): void {
  const { blockSize, features } = fs.superblock;
  const most = features.all.has('extent') ? largestLogical : indirectCapacity(blockSize);
  if (count > most)
    throw noSpace(`a file of ${count} blocks is longer than this file system allows (${most})`);
}

/** Frees all blocks of the inode, which are `map`, and takes them off i_blocks. */
export function releaseMap(fs: Ext4, inode: Inode, map: BlockMap): void {
  for (const { physical, length } of map.runs) freeBlocks(fs, physical, length);
  for (const block of map.treeBlocks) freeBlocks(fs, block, 1);
  addBlocks(fs, inode, -blockCountOf(map.runs) - map.treeBlocks.length);
}

export function blockCountOf(runs: readonly FileRun[]): number {
  return runs.reduce((sum, { length }) => sum + length, 0);
}

/** The block that holds block `logical` of the file; undefined in a hole. */
export function physicalBlock(runs: readonly FileRun[], logical: number): number | undefined {
  const run = runs[runIndex(runs, logical)];
  if (run === undefined || logical < run.logical) return undefined;
  return run.physical + logical - run.logical;
}

/** Index of the first run that ends after `logical`. */
export function runIndex(runs: readonly FileRun[], logical: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle]!.logical + runs[middle]!.length <= logical) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The runs up to block `end` of the file, and those from there on. */
export function cutRuns(
  runs: readonly FileRun[],
  end: number,
): { readonly before: readonly FileRun[]; readonly after: readonly FileRun[] } {
  const before: FileRun[] = [];
  const after: FileRun[] = [];
  for (const run of runs) {
    const kept = Math.min(Math.max(end - run.logical, 0), run.length);
    if (kept > 0) before.push({ ...run, length: kept });
    if (kept < run.length) {
      const { logical, physical, length } = run;
      after.push({ ...run, logical: logical + kept, physical: physical + kept, length: length - kept });
    }
  }
  return { before, after };
}

/** i_blocks counts sectors of 512 bytes, or blocks for files marked as huge. */
export function addBlocks(fs: Ext4, inode: Inode, change: number): void {
  const unit = inode.hasFlag(inodeFlag.hugeFile) ? 1 : fs.superblock.blockSize / 512;
  const sectors = inode.sectors + change * unit;
  const most = fs.superblock.features.all.has('huge_file') ? 2 ** 48 : 2 ** 32;
  if (sectors < 0) throw damaged(`inode ${inode.number} has more blocks than it counts`);
  if (sectors >= most) throw noSpace('a file has more blocks than this file system can count');
  inode.sectors = sectors;
}

export function blocksOf({ physical, length }: BlockRun): number[] {
  return Array.from({ length }, (_, index) => physical + index);
}
