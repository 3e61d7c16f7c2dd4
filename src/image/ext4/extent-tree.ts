import { checkOwnable } from './block-allocator.ts';
import { highPart, joined, setU16, setU32, u16, u32 } from './bytes.ts';
import { crc32c } from './crc.ts';
import { damaged } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import type { Inode } from './inode.ts';
import { inodeSeed } from './inode-table.ts';

/** Blocks of a file that follow each other in the file and on the device. Unwritten ones read as zeros. */
export interface FileRun {
  readonly logical: number;
  readonly physical: number;
  readonly length: number;
  readonly unwritten: boolean;
}

/** Where the content of a file lies, in order, and the blocks that say so. */
export interface BlockMap {
  readonly runs: readonly FileRun[];
  readonly treeBlocks: readonly number[];
}

const magic = 0xf30a;
const entrySize = 12;
const deepest = 5;
const longestRun = 32768;
const rootCapacity = 4;
const maxLogical = 2 ** 32;

/** Reads the extent tree of an inode, of any depth, and checks all that can be checked. */
export function readExtents(fs: Ext4, inode: Inode): BlockMap {
  const runs: FileRun[] = [];
  const treeBlocks = new Set<number>();
  let blocks = 0;
  const fault = (what: string) => damaged(`the extents of inode ${inode.number} have ${what}`);

  const visit = (node: Uint8Array, depth: number | undefined, from: number, to: number): void => {
    const count = u16(node, 2);
    const level = u16(node, 6);
    const capacity = Math.floor((node.length - entrySize) / entrySize);
    if (u16(node, 0) !== magic) throw fault('no magic number');
    if (count > u16(node, 4) || u16(node, 4) > capacity) throw fault(`${count} entries in a node`);
    if (level > deepest || (depth !== undefined && level !== depth) || (level > 0 && count === 0)) {
      throw fault('an impossible depth');
    }
    let next = from;
    for (let index = 0; index < count; index++) {
      const at = entrySize * (index + 1);
      const logical = u32(node, at);
      if (logical < next || logical >= to) throw fault(`block ${logical} out of order`);
      if (level === 0) {
        const run = readRun(node, at);
        next = run.logical + run.length;
        if (run.length === 0 || next > to) throw fault(`a run of ${run.length} blocks at ${logical}`);
        checkOwnable(fs, run.physical, run.length);
        blocks += run.length;
        if (blocks > fs.superblock.blockCount) throw fault('more blocks than there are');
        runs.push(run);
      } else {
        const end = index + 1 < count ? u32(node, at + entrySize) : to;
        const block = joined(u32(node, at + 4), u16(node, at + 8));
        checkOwnable(fs, block, 1);
        if (treeBlocks.has(block)) throw fault(`block ${block} twice`);
        treeBlocks.add(block);
        visit(readNode(fs, inode, block), level - 1, logical, end);
        next = logical + 1;
      }
    }
  };
  visit(inode.blockArea, undefined, 0, maxLogical);
  return { runs, treeBlocks: [...treeBlocks] };
}

function readRun(node: Uint8Array, at: number): FileRun {
  const length = u16(node, at + 4);
  const unwritten = length > longestRun;
  return {
    logical: u32(node, at),
    physical: joined(u32(node, at + 8), u16(node, at + 6)),
    length: unwritten ? length - longestRun : length,
    unwritten,
  };
}

function readNode(fs: Ext4, inode: Inode, block: number): Uint8Array {
  const bytes = fs.blocks.read(block);
  if (!fs.superblock.metadataChecksums || fs.sound.has(bytes)) return bytes;
  const tail = entrySize * (1 + u16(bytes, 4));
  if (tail + 4 > bytes.length || crc32c(inodeSeed(fs, inode), bytes, 0, tail) !== u32(bytes, tail)) {
    throw damaged(`the checksum of extent block ${block} is wrong`);
  }
  fs.sound.add(bytes);
  return bytes;
}

interface NodeEntry {
  readonly logical: number;
  readonly write: (node: Uint8Array, at: number) => void;
}

/** Writes an extent tree for `runs` into the inode. `newTreeBlock` is asked for every block needed besides. */
export function writeExtents(
  fs: Ext4,
  inode: Inode,
  runs: readonly FileRun[],
  newTreeBlock: () => number,
): void {
  const { blockSize, metadataChecksums } = fs.superblock;
  const capacity = Math.floor((blockSize - entrySize) / entrySize);
  let entries: readonly NodeEntry[] = extentsOf(runs).map((run) => ({
    logical: run.logical,
    write: (node, at) => writeRun(node, at, run),
  }));
  let depth = 0;
  for (; entries.length > rootCapacity; depth++) {
    const parents: NodeEntry[] = [];
    for (let first = 0; first < entries.length; first += capacity) {
      const part = entries.slice(first, first + capacity);
      const block = newTreeBlock();
      const node = fs.blocks.fresh(block);
      writeNode(node, part, capacity, depth);
      if (metadataChecksums) {
        const tail = entrySize * (1 + capacity);
        setU32(node, tail, crc32c(inodeSeed(fs, inode), node, 0, tail));
        fs.sound.add(node);
      }
      const { logical } = part[0]!;
      parents.push({ logical, write: (parent, at) => writeIndex(parent, at, logical, block) });
    }
    entries = parents;
  }
  writeNode(inode.blockArea.fill(0), entries, rootCapacity, depth);
}

/** How many tree blocks `writeExtents` will ask for. */
export function extentTreeSize(blockSize: number, runs: readonly FileRun[]): number {
  const capacity = Math.floor((blockSize - entrySize) / entrySize);
  let total = 0;
  for (let count = extentsOf(runs).length; count > rootCapacity; ) {
    count = Math.ceil(count / capacity);
    total += count;
  }
  return total;
}

/** Runs joined where they touch, and cut to the length that fits an extent. */
function extentsOf(runs: readonly FileRun[]): readonly FileRun[] {
  const extents: FileRun[] = [];
  for (const run of runs) {
    const limit = run.unwritten ? longestRun - 1 : longestRun;
    const last = extents.at(-1);
    let done = 0;
    if (
      last !== undefined &&
      last.unwritten === run.unwritten &&
      last.logical + last.length === run.logical &&
      last.physical + last.length === run.physical
    ) {
      done = Math.min(run.length, limit - last.length);
      extents[extents.length - 1] = { ...last, length: last.length + done };
    }
    while (done < run.length) {
      const length = Math.min(run.length - done, limit);
      extents.push({ ...run, logical: run.logical + done, physical: run.physical + done, length });
      done += length;
    }
  }
  return extents;
}

function writeNode(node: Uint8Array, entries: readonly NodeEntry[], capacity: number, depth: number): void {
  setU16(node, 0, magic);
  setU16(node, 2, entries.length);
  setU16(node, 4, capacity);
  setU16(node, 6, depth);
  entries.forEach((entry, index) => {
    entry.write(node, entrySize * (index + 1));
  });
}

function writeRun(node: Uint8Array, at: number, { logical, physical, length, unwritten }: FileRun): void {
  setU32(node, at, logical);
  setU16(node, at + 4, unwritten ? length + longestRun : length);
  setU16(node, at + 6, highPart(physical));
  setU32(node, at + 8, physical % 2 ** 32);
}

function writeIndex(node: Uint8Array, at: number, logical: number, block: number): void {
  setU32(node, at, logical);
  setU32(node, at + 4, block % 2 ** 32);
  setU16(node, at + 8, highPart(block));
  setU16(node, at + 10, 0);
}
