import { damaged } from './faults.ts';
import { baseBlocks } from './group-layout.ts';
import type { Groups } from './groups.ts';
import type { Superblock } from './superblock.ts';

/** Consecutive blocks, from `first` up to and without `end`. */
export interface Zone {
  readonly first: number;
  readonly end: number;
}

/** Blocks that hold the file system itself, sorted; no file may own one of them. Overlap is `image.damaged`. */
export function systemZones(superblock: Superblock, groups: Groups): readonly Zone[] {
  const zones: Zone[] = [];
  const add = (first: number, count: number) => zones.push({ first, end: first + count });
  for (let group = 0; group < superblock.groupCount; group++) {
    const base = baseBlocks(superblock, group);
    if (base > 0) add(groups.firstBlockOf(group), base);
    add(groups.get(group, 'blockBitmap'), 1);
    add(groups.get(group, 'inodeBitmap'), 1);
    add(groups.get(group, 'inodeTable'), groups.tableBlocks);
  }
  zones.sort((a, b) => a.first - b.first);
  for (let at = 1; at < zones.length; at++) {
    if (zones[at]!.first < zones[at - 1]!.end)
      throw damaged(`its own structures overlap at block ${zones[at]!.first}`);
  }
  return zones;
}

/** The zones that touch the blocks from `first` up to `end`. */
export function zonesWithin(zones: readonly Zone[], first: number, end: number): readonly Zone[] {
  let low = 0;
  let high = zones.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (zones[middle]!.end <= first) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < zones.length && zones[last]!.first < end) last++;
  return zones.slice(low, last);
}
