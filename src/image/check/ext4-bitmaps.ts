import { isSet } from '../ext4/bitmap.ts';
import { blockBitmap, inodeBitmap } from '../ext4/group-bitmaps.ts';
import { blocksUninitialised, inodesUninitialised } from '../ext4/groups.ts';
import type { Ext4Check } from './ext4.ts';

/** What the bitmaps say is in use, against what is. */
export function checkBitmaps(check: Ext4Check): void {
  const directories = directoriesByGroup(check);
  for (let group = 0; group < check.fs.superblock.groupCount; group++) {
    check.findings.guard(() => checkBlocks(check, group));
    check.findings.guard(() => checkInodeBits(check, group, directories[group] ?? 0));
  }
}

function checkBlocks({ fs, findings, census: { use } }: Ext4Check, group: number): void {
  const bitmap = blockBitmap(fs, group);
  const first = fs.groups.firstBlockOf(group);
  const count = fs.groups.blocksIn(group);
  let lost = 0;
  let free = 0;
  for (let bit = 0; bit < count; bit++) {
    if ((bit & 7) === 0 && bit + 8 <= count && bitmap[bit >> 3] === use.byteAt(first + bit)) {
      bit += 7;
      continue;
    }
    const marked = isSet(bitmap, bit);
    if (marked === use.has(first + bit)) continue;
    if (marked) lost++;
    else free++;
  }
  if (lost > 0) findings.add(`the bitmap of group ${group} has ${lost} blocks in use that nobody owns`);
  if (free > 0) findings.add(`the bitmap of group ${group} has ${free} blocks free that are in use`);
  if (fs.groups.hasFlag(group, blocksUninitialised)) return;
  for (let bit = count; bit < bitmap.length * 8; bit++) {
    if (isSet(bitmap, bit)) continue;
    findings.add(`the block bitmap of group ${group} is not filled up behind its end`);
    return;
  }
}

function directoriesByGroup({ fs, census }: Ext4Check): readonly number[] {
  const counts = new Array<number>(fs.superblock.groupCount).fill(0);
  for (const inode of census.directories()) counts[fs.groups.groupOfInode(inode)]! += 1;
  return counts;
}

function checkInodeBits({ fs, findings }: Ext4Check, group: number, directories: number): void {
  const { inodesPerGroup } = fs.superblock;
  const counted = fs.groups.get(group, 'directories');
  if (counted !== directories)
    findings.add(`group ${group} counts ${counted} directories, but has ${directories}`);
  if (fs.groups.hasFlag(group, inodesUninitialised)) return;
  const bitmap = inodeBitmap(fs, group);
  for (let bit = inodesPerGroup; bit < bitmap.length * 8; bit++) {
    if (isSet(bitmap, bit)) continue;
    findings.add(`the inode bitmap of group ${group} is not filled up behind its end`);
    return;
  }
}
