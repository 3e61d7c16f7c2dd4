import {
  type FoundEntry,
  growDirectory,
  isIndexed,
  leafEnd,
  locateBlock,
  openDirectory,
  readDirectoryBlock,
} from './directory.ts';
import {
  findRoom,
  insertAt,
  type NewEntry,
  removeEntry,
  setEntryInode,
  typeOf,
  writeEntries,
  writeTail,
} from './directory-block.ts';
import { sealDirectoryBlock } from './directory-checksum.ts';
import { insertByIndex, makeIndexed } from './directory-index-insert.ts';
import { findName } from './directory-lookup.ts';
import { damaged, noSpace } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import { type Inode, inodeFlag, mostLinks } from './inode.ts';
import { editInode } from './inode-table.ts';

const dot = Uint8Array.of(0x2e);
const dotDot = Uint8Array.of(0x2e, 0x2e);

/** Puts a name into a directory that does not have it yet; times and link counts follow. */
export function addName(fs: Ext4, parent: Inode, name: Uint8Array, child: Inode): void {
  editInode(fs, parent);
  insert(fs, parent, { name, inode: child.number, type: entryType(fs, child) });
  if (child.kind === 'directory') addLink(fs, parent);
  touch(fs, parent);
}

export function entryType(fs: Ext4, inode: Inode): number {
  return fs.superblock.features.all.has('filetype') ? typeOf(inode.mode) : 0;
}

function insert(fs: Ext4, parent: Inode, entry: NewEntry): void {
  if (isIndexed(fs, parent)) {
    insertByIndex(fs, parent, entry);
    return;
  }
  parent.flags &= ~inodeFlag.index;
  const directory = openDirectory(fs, parent);
  for (let logical = 0; logical < directory.blockCount; logical++) {
    const bytes = readDirectoryBlock(fs, directory, logical);
    const at = findRoom(bytes, leafEnd(fs), entry.name.length);
    if (at === undefined) continue;
    insertAt(fs.blocks.edit(locateBlock(directory, logical)), at, entry);
    sealDirectoryBlock(fs, parent, bytes);
    return;
  }
  if (directory.blockCount === 1 && fs.superblock.features.all.has('dir_index')) {
    makeIndexed(fs, parent);
    insertByIndex(fs, parent, entry);
    return;
  }
  const { bytes } = growDirectory(fs, parent);
  writeEntries(bytes, leafEnd(fs), [entry]);
  sealDirectoryBlock(fs, parent, bytes);
}

/** Takes a name out of a directory. `child` is what it named. */
export function removeName(fs: Ext4, parent: Inode, { logical, entry }: FoundEntry, child: Inode): void {
  editInode(fs, parent);
  const bytes = fs.blocks.edit(locateBlock(openDirectory(fs, parent), logical));
  removeEntry(bytes, entry);
  sealDirectoryBlock(fs, parent, bytes);
  if (child.kind === 'directory') dropLink(parent);
  touch(fs, parent);
}

/** The first block of a new directory. */
export function initDirectory(fs: Ext4, inode: Inode, parent: number): void {
  if (fs.superblock.features.all.has('extent')) {
    inode.flags |= inodeFlag.extents;
    inode.blockArea.set([0x0a, 0xf3, 0, 0, 4]);
  }
  const type = entryType(fs, inode);
  const { bytes } = growDirectory(fs, inode);
  if (fs.superblock.metadataChecksums) writeTail(bytes);
  writeEntries(bytes, leafEnd(fs), [
    { name: dot, inode: inode.number, type },
    { name: dotDot, inode: parent, type },
  ]);
  sealDirectoryBlock(fs, inode, bytes);
}

/** Points `..` of a moved directory at its new parent. */
export function setParent(fs: Ext4, directory: Inode, parent: number): void {
  const found = findName(fs, directory, dotDot);
  if (found === undefined) throw damaged(`directory inode ${directory.number} has no ..`);
  const bytes = fs.blocks.edit(locateBlock(openDirectory(fs, directory), found.logical));
  setEntryInode(bytes, found.entry, parent);
  sealDirectoryBlock(fs, directory, bytes);
}

/** One link is how a directory says that it has more subdirectories than can be counted (dir_nlink). */
function addLink(fs: Ext4, directory: Inode): void {
  if (directory.links === 1) return;
  if (directory.links < mostLinks) directory.links += 1;
  else if (isIndexed(fs, directory) && fs.superblock.features.all.has('dir_nlink')) directory.links = 1;
  else throw noSpace(`a directory cannot have more than ${mostLinks} subdirectories in this file system`);
}

function dropLink(directory: Inode): void {
  if (directory.links > 2) directory.links -= 1;
}

/** The directory changed now. */
function touch(fs: Ext4, directory: Inode): void {
  const now = fs.now();
  directory.setTime('mtime', now);
  directory.setTime('ctime', now);
}
