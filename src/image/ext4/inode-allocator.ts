import { clearBits, isSet, nextClear, setBits } from './bitmap.ts';
import { crc32cOfU32 } from './crc.ts';
import { damaged, noSpace } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import { editInodeBitmap, inodeBitmap } from './group-bitmaps.ts';
import { groupsByNearness } from './group-order.ts';
import { inodesZeroed } from './groups.ts';
import { fileType, type Inode, typeMask } from './inode.ts';
import { freshInode } from './inode-table.ts';

export interface NewInode {
  /** With the bits of its type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A new inode with one link, in the group of its parent or a near one with room. Throws `image.no-space`. */
export function allocateInode(fs: Ext4, parent: number, { mode, uid, gid }: NewInode): Inode {
  const { inodesPerGroup, firstInode, extraInodeSize } = fs.superblock;
  const home = fs.groups.groupOfInode(parent);
  for (const group of groupsByNearness(fs, home, 'inodes')) {
    if (fs.groups.get(group, 'freeInodes') === 0) continue;
    const bit = nextClear(inodeBitmap(fs, group), group === 0 ? firstInode - 1 : 0, inodesPerGroup);
    if (bit === inodesPerGroup) continue;
    const inode = take(fs, group, bit, (mode & typeMask) === fileType.directory);
    inode.mode = mode;
    inode.uid = uid;
    inode.gid = gid;
    inode.links = 1;
    if (extraInodeSize > 0) inode.extraSize = extraInodeSize;
    const now = fs.now();
    for (const field of ['atime', 'ctime', 'mtime', 'crtime'] as const) inode.setTime(field, now);
    inode.generation = crc32cOfU32(crc32cOfU32(0xffffffff, inode.number), Math.floor(now.getTime() / 1000));
    return inode;
  }
  throw noSpace('the partition has no free inode left: it cannot hold one more file');
}

function take(fs: Ext4, group: number, bit: number, isDirectory: boolean): Inode {
  const { groups } = fs;
  setBits(editInodeBitmap(fs, group), bit, bit + 1);
  groups.add(group, 'freeInodes', -1);
  if (isDirectory) groups.add(group, 'directories', 1);
  fs.free.inodes -= 1;
  if (fs.superblock.groupChecksums) growUsedTable(fs, group, bit);
  return freshInode(fs, group * fs.superblock.inodesPerGroup + bit + 1);
}

/** What was never used of the inode table may hold anything: it is cleared as far as it comes into use. */
function growUsedTable(fs: Ext4, group: number, bit: number): void {
  const { inodesPerGroup, inodeSize, blockSize } = fs.superblock;
  const used = inodesPerGroup - fs.groups.get(group, 'unusedInodes');
  if (bit < used) return;
  if (!fs.groups.hasFlag(group, inodesZeroed)) {
    const perBlock = blockSize / inodeSize;
    const table = fs.groups.get(group, 'inodeTable');
    if (used % perBlock > 0)
      fs.blocks.edit(table + Math.floor(used / perBlock)).fill(0, (used % perBlock) * inodeSize);
    for (let at = Math.ceil(used / perBlock); at <= Math.floor(bit / perBlock); at++)
      fs.blocks.fresh(table + at);
  }
  fs.groups.set(group, 'unusedInodes', inodesPerGroup - bit - 1);
}

/** Gives an inode back. All that it owned must have been freed before. */
export function freeInode(fs: Ext4, inode: Inode): void {
  const { groups } = fs;
  const group = groups.groupOfInode(inode.number);
  const bit = (inode.number - 1) % fs.superblock.inodesPerGroup;
  if (inode.number < fs.superblock.firstInode)
    throw damaged(`reserved inode ${inode.number} is in a directory`);
  const isDirectory = inode.type === fileType.directory;
  const bitmap = editInodeBitmap(fs, group);
  if (!isSet(bitmap, bit)) throw damaged(`inode ${inode.number} is in use and free at once`);
  clearBits(bitmap, bit, bit + 1);
  groups.add(group, 'freeInodes', 1);
  if (isDirectory) groups.add(group, 'directories', -1);
  fs.free.inodes += 1;
  freshInode(fs, inode.number);
}
