import { u32 } from '../ext4/bytes.ts';
import {
  type Directory,
  dotEntries,
  isIndexed,
  leafEnd,
  openDirectory,
  readDirectoryBlock,
} from '../ext4/directory.ts';
import { type DirectoryEntry, readEntries, typeOf } from '../ext4/directory-block.ts';
import { inlineDirectory } from '../ext4/inline-data.ts';
import { type Inode, inodeFlag, rootInode } from '../ext4/inode.ts';
import { loadInode } from '../ext4/inode-table.ts';
import { decodeName } from '../ext4/name.ts';
import type { Ext4Check } from './ext4.ts';
import { checkIndex } from './ext4-index.ts';

const slash = 0x2f;

/** Every directory: its blocks, its entries, its index. Fills in who names whom. */
export function checkDirectories(check: Ext4Check): void {
  for (const [number, { isDirectory }] of check.inodes) {
    if (isDirectory) check.findings.guard(() => checkDirectory(check, number));
  }
}

function checkDirectory(check: Ext4Check, number: number): void {
  const { fs, findings } = check;
  const inode = loadInode(fs, number);
  const names = new Set<string>();
  if (inode.hasFlag(inodeFlag.inlineData)) {
    check.inodes.get(number)!.parentByDots = u32(inode.blockArea, 0);
    for (const area of inlineDirectory(inode))
      for (const entry of readEntries(area, area.length)) checkEntry(check, number, entry, names);
    return;
  }
  const directory = openDirectory(fs, inode);
  const indexed = isIndexed(fs, inode);
  const indexBlocks = indexed ? checkIndex(check, directory) : undefined;
  for (let logical = 0; logical < directory.blockCount; logical++) {
    const entries = findings.guard(() => entriesOf(check, directory, logical, indexBlocks));
    if (logical === 0 && entries !== undefined) checkDots(check, inode, entries);
    for (const entry of entries?.slice(logical === 0 ? 2 : 0) ?? []) checkEntry(check, number, entry, names);
  }
}

function entriesOf(
  { fs }: Ext4Check,
  directory: Directory,
  logical: number,
  indexBlocks: ReadonlySet<number> | undefined,
): readonly DirectoryEntry[] {
  const bytes = readDirectoryBlock(fs, directory, logical);
  if (indexBlocks?.has(logical)) return logical === 0 ? dotEntries(bytes) : [];
  return readEntries(bytes, leafEnd(fs));
}

/** The first two entries are the directory itself and its parent. */
function checkDots(
  { inodes, findings }: Ext4Check,
  { number }: Inode,
  entries: readonly DirectoryEntry[],
): void {
  const [self, parent] = entries;
  const isNamed = (entry: DirectoryEntry | undefined, name: string): entry is DirectoryEntry =>
    entry !== undefined && decodeName(entry.name) === name;
  if (!isNamed(self, '.') || self.at !== 0 || self.inode !== number)
    findings.add(`directory inode ${number} does not begin with itself (.)`);
  if (!isNamed(parent, '..') || parent.previous !== 0) {
    findings.add(`directory inode ${number} does not name its parent (..)`);
    return;
  }
  inodes.get(number)!.parentByDots = parent.inode;
}

function checkEntry(check: Ext4Check, directory: number, entry: DirectoryEntry, names: Set<string>): void {
  const { fs, findings, inodes } = check;
  const name = decodeName(entry.name);
  const where = `${JSON.stringify(name)} in directory inode ${directory}`;
  if (entry.name.includes(0) || entry.name.includes(slash) || name === '.' || name === '..')
    findings.add(`the name ${where} cannot be`);
  if (names.has(name)) findings.add(`the name ${where} is there twice`);
  names.add(name);
  const target = inodes.get(entry.inode);
  if (target === undefined || entry.inode < fs.superblock.firstInode) {
    findings.add(
      `${where} names inode ${entry.inode}, which ${entry.inode === rootInode ? 'is the root' : 'is not in use'}`,
    );
    return;
  }
  const type = fs.superblock.features.all.has('filetype') ? typeOf(target.mode) : 0;
  if (entry.type !== type) findings.add(`${where} says type ${entry.type}, its inode ${type}`);
  target.names += 1;
  if (!target.isDirectory) return;
  if (target.parent !== 0) findings.add(`${where} is a second name for directory inode ${entry.inode}`);
  target.parent = directory;
  inodes.get(directory)!.subdirectories += 1;
}
