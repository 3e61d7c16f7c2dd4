import { checkOwnable } from './block-allocator.ts';
import { setU32, u32 } from './bytes.ts';
import type { BlockMap, FileRun } from './extent-tree.ts';
import { damaged } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import type { Inode } from './inode.ts';

const direct = 12;
const levels = 3;

/** The block map of ext2 and ext3: twelve direct pointers, then trees of one, two and three levels. 0 is a hole. */
export function readIndirect(fs: Ext4, inode: Inode): BlockMap {
  const perBlock = fs.superblock.blockSize / 4;
  const runs: FileRun[] = [];
  const treeBlocks = new Set<number>();

  let blocks = 0;
  const add = (logical: number, physical: number): void => {
    checkOwnable(fs, physical, 1);
    if (++blocks > fs.superblock.blockCount)
      throw damaged(`inode ${inode.number} has more blocks than there are`);
    const last = runs.at(-1);
    if (last && last.logical + last.length === logical && last.physical + last.length === physical) {
      runs[runs.length - 1] = { ...last, length: last.length + 1 };
    } else runs.push({ logical, physical, length: 1, unwritten: false });
  };
  const visit = (block: number, level: number, first: number): void => {
    checkOwnable(fs, block, 1);
    if (treeBlocks.has(block)) throw damaged(`inode ${inode.number} uses block ${block} twice`);
    treeBlocks.add(block);
    const bytes = fs.blocks.read(block);
    for (let index = 0; index < perBlock; index++) {
      const pointer = u32(bytes, 4 * index);
      if (pointer === 0) continue;
      const logical = first + index * perBlock ** level;
      if (level === 0) add(logical, pointer);
      else visit(pointer, level - 1, logical);
    }
  };

  for (let index = 0; index < direct; index++) {
    const pointer = u32(inode.blockArea, 4 * index);
    if (pointer !== 0) add(index, pointer);
  }
  for (const { level, first } of trees(perBlock)) {
    const pointer = u32(inode.blockArea, 4 * (direct + level));
    if (pointer !== 0) visit(pointer, level, first);
  }
  return { runs, treeBlocks: [...treeBlocks] };
}

/** Blocks a file of this kind can have. */
export function indirectCapacity(blockSize: number): number {
  const perBlock = blockSize / 4;
  return direct + perBlock + perBlock ** 2 + perBlock ** 3;
}

/** How many pointer blocks a file needs whose content lies in `runs`. */
export function indirectTreeSize(blockSize: number, runs: readonly FileRun[]): number {
  const perBlock = blockSize / 4;
  let total = 0;
  for (const { level, first, end } of trees(perBlock)) {
    // Blocks of pointers of one level that at least one run reaches into.
    for (let span = perBlock; span <= perBlock ** (level + 1); span *= perBlock) {
      let last = -1;
      for (const run of runs) {
        const from = Math.max(run.logical, first);
        const to = Math.min(run.logical + run.length, end);
        if (from >= to) continue;
        const one = Math.floor((from - first) / span);
        const other = Math.floor((to - 1 - first) / span);
        total += other - Math.max(one, last + 1) + 1;
        last = other;
      }
    }
  }
  return total;
}

/** Writes pointers for `runs`. `newTreeBlock` is asked for every block needed besides. */
export function writeIndirect(
  fs: Ext4,
  inode: Inode,
  runs: readonly FileRun[],
  newTreeBlock: () => number,
): void {
  const perBlock = fs.superblock.blockSize / 4;
  const pointers = new PointerCursor(runs);
  const fill = (level: number, first: number): number => {
    if (!pointers.reaches(first + perBlock ** (level + 1))) return 0;
    const block = newTreeBlock();
    const bytes = fs.blocks.fresh(block);
    for (let index = 0; index < perBlock; index++) {
      const logical = first + index * perBlock ** level;
      setU32(bytes, 4 * index, level === 0 ? pointers.at(logical) : fill(level - 1, logical));
    }
    return block;
  };
  const area = inode.blockArea.fill(0);
  for (let index = 0; index < direct; index++) setU32(area, 4 * index, pointers.at(index));
  for (const { level, first } of trees(perBlock)) setU32(area, 4 * (direct + level), fill(level, first));
}

/** The three trees and the blocks of the file that each stands for, from `first` up to `end`. */
function trees(
  perBlock: number,
): readonly { readonly level: number; readonly first: number; readonly end: number }[] {
  let first = direct;
  return Array.from({ length: levels }, (_, level) => {
    const begin = first;
    first += perBlock ** (level + 1);
    return { level, first: begin, end: first };
  });
}

/** Where the blocks of a file lie, asked for in ascending order. */
class PointerCursor {
  readonly #runs: readonly FileRun[];
  #index = 0;

  constructor(runs: readonly FileRun[]) {
    this.#runs = runs;
  }

  /** Whether there is a block before `end` that was not asked for yet. */
  reaches(end: number): boolean {
    const run = this.#runs[this.#index];
    return run !== undefined && run.logical < end;
  }

  at(logical: number): number {
    const run = this.#runs[this.#index];
    if (run === undefined || logical < run.logical) return 0;
    if (logical === run.logical + run.length - 1) this.#index++;
    return run.physical + logical - run.logical;
  }
}
