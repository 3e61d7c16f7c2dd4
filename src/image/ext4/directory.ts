import { allocateBlocks } from './block-allocator.ts';
import { blockCountOf, physicalBlock, readBlockMap, writeBlockMap } from './block-map.ts';
import { u16, u32 } from './bytes.ts';
import { type DirectoryEntry, findEntry, readEntries, tailSize, writeTail } from './directory-block.ts';
import { verifyDirectoryBlock } from './directory-checksum.ts';
import type { FileRun } from './extent-tree.ts';
import { damaged } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import { inlineDirectory } from './inline-data.ts';
import { type Inode, inodeFlag } from './inode.ts';

/** A directory's blocks, by their number within it. */
export interface Directory {
  readonly inode: Inode;
  readonly runs: readonly FileRun[];
  readonly blockCount: number;
}

export function openDirectory(fs: Ext4, inode: Inode): Directory {
  const { runs } = readBlockMap(fs, inode);
  const blockCount = inode.size / fs.superblock.blockSize;
  if (!Number.isInteger(blockCount) || blockCount < 1 || blockCount > blockCountOf(runs)) {
    throw damaged(`directory inode ${inode.number} has an impossible size of ${inode.size} bytes`);
  }
  return { inode, runs, blockCount };
}

export function isIndexed(fs: Ext4, inode: Inode): boolean {
  return inode.hasFlag(inodeFlag.index) && fs.superblock.features.all.has('dir_index');
}

/** Where the entries of a leaf block end. */
export function leafEnd(fs: Ext4): number {
  return fs.superblock.blockSize - (fs.superblock.metadataChecksums ? tailSize : 0);
}

/** Number of the device's block that holds block `logical` of the directory. */
export function locateBlock({ inode, runs, blockCount }: Directory, logical: number): number {
  const physical = logical < blockCount ? physicalBlock(runs, logical) : undefined;
  if (physical === undefined) throw damaged(`directory inode ${inode.number} has no block ${logical}`);
  return physical;
}

/** Block `logical` of the directory, checked. */
export function readDirectoryBlock(fs: Ext4, directory: Directory, logical: number): Uint8Array {
  const bytes = fs.blocks.read(locateBlock(directory, logical));
  verifyDirectoryBlock(fs, directory.inode, bytes);
  return bytes;
}

/** All entries, `.` and `..` among them, block by block. */
export function listDirectory(fs: Ext4, inode: Inode): readonly DirectoryEntry[] {
  if (inode.hasFlag(inodeFlag.inlineData))
    return inlineDirectory(inode).flatMap((area) => readEntries(area, area.length));
  const directory = openDirectory(fs, inode);
  const entries: DirectoryEntry[] = [];
  for (let logical = 0; logical < directory.blockCount; logical++) {
    const bytes = readDirectoryBlock(fs, directory, logical);
    if (logical === 0 && isIndexed(fs, inode)) entries.push(...dotEntries(bytes));
    else if (!(isIndexed(fs, inode) && isIndexBlock(bytes)))
      for (const entry of readEntries(bytes, leafEnd(fs))) entries.push(entry);
  }
  return entries;
}

/** `.` and `..` of an indexed directory, whose second record spans the index. */
export function dotEntries(bytes: Uint8Array): readonly DirectoryEntry[] {
  if (u16(bytes, 4) !== 12 || u16(bytes, 16) !== bytes.length - 12)
    throw damaged('a directory index has no . and ..');
  return [
    { at: 0, previous: -1, inode: u32(bytes, 0), type: bytes[7]!, name: bytes.subarray(8, 9) },
    { at: 12, previous: 0, inode: u32(bytes, 12), type: bytes[19]!, name: bytes.subarray(20, 22) },
  ];
}

/** Below the root, an index block looks like one unused entry as long as the block. */
function isIndexBlock(bytes: Uint8Array): boolean {
  return (
    u32(bytes, 0) === 0 &&
    (u16(bytes, 4) === bytes.length || (bytes.length === 65536 && u16(bytes, 4) === 65535))
  );
}

/** An entry and the block it lies in. */
export interface FoundEntry {
  readonly logical: number;
  readonly entry: DirectoryEntry;
}

/** Looks through all blocks from the first to the last. */
export function findLinearly(fs: Ext4, directory: Directory, name: Uint8Array): FoundEntry | undefined {
  for (let logical = 0; logical < directory.blockCount; logical++) {
    const entry = findEntry(readDirectoryBlock(fs, directory, logical), leafEnd(fs), name);
    if (entry !== undefined) return { logical, entry };
  }
  return undefined;
}

/** Adds an empty leaf block at the end of the directory; its inode must be free to be changed. */
export function growDirectory(
  fs: Ext4,
  inode: Inode,
): { directory: Directory; logical: number; bytes: Uint8Array } {
  const map = readBlockMap(fs, inode);
  const { blockSize } = fs.superblock;
  const logical = inode.size / blockSize;
  const last = map.runs.at(-1);
  if (last !== undefined && last.logical + last.length > logical) {
    throw damaged(`directory inode ${inode.number} has blocks behind its end`);
  }
  const [taken] = allocateBlocks(fs, 1, fs.groups.groupOfInode(inode.number));
  const runs = [...map.runs, { ...taken!, logical, unwritten: false }];
  writeBlockMap(fs, inode, runs, map);
  inode.size += blockSize;
  const bytes = fs.blocks.fresh(taken!.physical);
  if (fs.superblock.metadataChecksums) writeTail(bytes);
  return { directory: { inode, runs, blockCount: logical + 1 }, logical, bytes };
}
