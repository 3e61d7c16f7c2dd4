import { areSet, clearBits, nextClear, nextSet, setBits } from './bitmap.ts';
import { damaged, noSpace } from './faults.ts';
import type { BlockRun, Ext4 } from './file-system.ts';
import { blockBitmap, editBlockBitmap } from './group-bitmaps.ts';
import { groupsByNearness } from './group-order.ts';
import { zonesWithin } from './system-zones.ts';

/** Free pieces shorter than this are left over until nothing else is there. */
const smallPiece = 16;

/**
 * Takes `count` free blocks: in one piece if some group has one, otherwise in as few as can be had quickly. Groups are
 * tried from `goal` on, those that are changed already before others. Throws `image.no-space`.
 */
export function allocateBlocks(fs: Ext4, count: number, goal: number): BlockRun[] {
  if (count === 0) return [];
  if (fs.free.blocks < count) throw outOfBlocks(fs, count);
  for (const group of groupsByNearness(fs, goal, 'blocks')) {
    if (fs.groups.get(group, 'freeBlocks') < count) continue;
    const bit = findPiece(blockBitmap(fs, group), fs.groups.blocksIn(group), count);
    if (bit !== undefined) return [take(fs, group, bit, count)];
  }
  const runs: BlockRun[] = [];
  let missing = count;
  for (const least of [smallPiece, 1]) {
    for (const group of groupsByNearness(fs, goal, 'blocks')) {
      const end = fs.groups.blocksIn(group);
      for (let bit = 0; missing > 0 && fs.groups.get(group, 'freeBlocks') > 0; ) {
        const bitmap = blockBitmap(fs, group);
        const first = nextClear(bitmap, bit, end);
        if (first === end) break;
        bit = nextSet(bitmap, first, Math.min(end, first + missing));
        if (bit - first < Math.min(least, missing)) continue;
        runs.push(take(fs, group, first, bit - first));
        missing -= bit - first;
      }
    }
  }
  if (missing > 0) throw outOfBlocks(fs, count);
  return joinedRuns(runs);
}

function outOfBlocks(fs: Ext4, count: number): Error {
  return noSpace(
    `${count} blocks of ${fs.superblock.blockSize} bytes are needed, but only ${fs.free.blocks} are free`,
  );
}

function findPiece(bitmap: Uint8Array, end: number, length: number): number | undefined {
  for (let first = nextClear(bitmap, 0, end); first < end; ) {
    const stop = nextSet(bitmap, first, Math.min(end, first + length));
    if (stop - first >= length) return first;
    first = nextClear(bitmap, stop, end);
  }
  return undefined;
}

function take(fs: Ext4, group: number, bit: number, length: number): BlockRun {
  setBits(editBlockBitmap(fs, group), bit, bit + length);
  fs.groups.add(group, 'freeBlocks', -length);
  fs.free.blocks -= length;
  const physical = fs.groups.firstBlockOf(group) + bit;
  for (let block = physical; block < physical + length; block++) fs.blocks.forget(block);
  return { physical, length };
}

function joinedRuns(runs: readonly BlockRun[]): BlockRun[] {
  const joined: BlockRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last !== undefined && last.physical + last.length === run.physical) {
      joined[joined.length - 1] = { physical: last.physical, length: last.length + run.length };
    } else joined.push(run);
  }
  return joined;
}

/**
 * Gives blocks back when the operation ends, not before: until then they hold what a failed operation must restore.
 * Throws `image.damaged` for blocks that no file can own.
 */
export function freeBlocks(fs: Ext4, physical: number, length: number): void {
  checkOwnable(fs, physical, length);
  fs.pending.frees.push({ physical, length });
}

/** A file may own any block but those of the file system itself. */
export function checkOwnable(fs: Ext4, physical: number, length: number): void {
  const { firstDataBlock, blockCount } = fs.superblock;
  const inside = length > 0 && physical >= firstDataBlock && physical + length <= blockCount;
  if (!inside || zonesWithin(fs.zones, physical, physical + length).length > 0) {
    throw damaged(`a file claims blocks ${physical} to ${physical + length - 1}, which cannot be its own`);
  }
}

export function releaseFreedBlocks(fs: Ext4): void {
  for (const { physical, length } of fs.pending.frees) {
    for (let done = 0; done < length; ) {
      const group = fs.groups.groupOfBlock(physical + done);
      const bit = physical + done - fs.groups.firstBlockOf(group);
      const count = Math.min(length - done, fs.groups.blocksIn(group) - bit);
      const bitmap = editBlockBitmap(fs, group);
      if (!areSet(bitmap, bit, bit + count))
        throw damaged(`blocks from ${physical + done} on are in use and free at once`);
      clearBits(bitmap, bit, bit + count);
      fs.groups.add(group, 'freeBlocks', count);
      fs.free.blocks += count;
      done += count;
    }
    for (let block = physical; block < physical + length; block++) fs.blocks.forget(block);
  }
  fs.pending.frees = [];
}
