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
import type { Ext4 } from '../ext4/file-system.ts';
import { inlineDirectory } from '../ext4/inline-data.ts';
import { type Inode, inodeFlag, rootInode } from '../ext4/inode.ts';
import { loadInode } from '../ext4/inode-table.ts';
import { decodeName } from '../ext4/name.ts';
import type { Ext4Check, Look } from './ext4.ts';
import { checkIndex } from './ext4-index.ts';
import { Findings } from './findings.ts';

const slash = 0x2f;

/** Every directory: its blocks, its entries, its index. Fills in who names whom. */
export function checkDirectories(check: Ext4Check, look: Look): void {
  for (const number of check.census.directories())
    countDirectory(
      check,
      number,
      look(number, () => lookAtDirectory(check.fs, number)),
    );
}

/** Adds what a directory says to what all of them say. */
export function countDirectory(check: Ext4Check, number: number, look: DirectoryLook): void {
  for (const message of look.messages) check.findings.add(message);
  check.census.parentByDots[number] = look.parentByDots;
  for (const entry of look.entries) countEntry(check, number, entry);
}

export interface NamedInode extends Pick<DirectoryEntry, 'inode' | 'type'> {
  readonly name: string;
}

/** What a directory says by itself, whatever the inodes that it names are. */
export interface DirectoryLook {
  readonly messages: readonly string[];
  /** 0 where it does not say. */
  readonly parentByDots: number;
  /** All but `.` and `..`. */
  readonly entries: readonly NamedInode[];
}

export function lookAtDirectory(fs: Ext4, number: number): DirectoryLook {
  const findings = new Findings();
  const look = { messages: findings.messages, parentByDots: 0, entries: [] as NamedInode[] };
  const names = new Set<string>();
  const take = ({ name: bytes, inode, type }: DirectoryEntry): void => {
    const name = decodeName(bytes);
    const where = (): string => `${JSON.stringify(name)} in directory inode ${number}`;
    if (bytes.includes(0) || bytes.includes(slash) || name === '.' || name === '..')
      findings.add(`the name ${where()} cannot be`);
    if (names.has(name)) findings.add(`the name ${where()} is there twice`);
    names.add(name);
    look.entries.push({ name, inode, type });
  };
  findings.guard(() => {
    const inode = loadInode(fs, number);
    if (inode.hasFlag(inodeFlag.inlineData)) {
      look.parentByDots = u32(inode.blockArea, 0);
      for (const area of inlineDirectory(inode)) readEntries(area, area.length).forEach(take);
      return;
    }
    const directory = openDirectory(fs, inode);
    const indexBlocks = isIndexed(fs, inode) ? checkIndex({ fs, findings }, directory) : undefined;
    for (let logical = 0; logical < directory.blockCount; logical++) {
      const entries = findings.guard(() => entriesOf(fs, directory, logical, indexBlocks));
      if (logical === 0 && entries !== undefined) look.parentByDots = parentByDots(findings, inode, entries);
      entries?.slice(logical === 0 ? 2 : 0).forEach(take);
    }
  });
  return look;
}

function entriesOf(
  fs: Ext4,
  directory: Directory,
  logical: number,
  indexBlocks: ReadonlySet<number> | undefined,
): readonly DirectoryEntry[] {
  const bytes = readDirectoryBlock(fs, directory, logical);
  if (indexBlocks?.has(logical)) return logical === 0 ? dotEntries(bytes) : [];
  return readEntries(bytes, leafEnd(fs));
}

/** The first two entries are the directory itself and its parent; the inode of this one, or 0. */
function parentByDots(findings: Findings, { number }: Inode, entries: readonly DirectoryEntry[]): number {
  const [self, parent] = entries;
  const isNamed = (entry: DirectoryEntry | undefined, name: string): entry is DirectoryEntry =>
    entry !== undefined && decodeName(entry.name) === name;
  if (!isNamed(self, '.') || self.at !== 0 || self.inode !== number)
    findings.add(`directory inode ${number} does not begin with itself (.)`);
  if (isNamed(parent, '..') && parent.previous === 0) return parent.inode;
  findings.add(`directory inode ${number} does not name its parent (..)`);
  return 0;
}

function countEntry({ fs, findings, census }: Ext4Check, directory: number, entry: NamedInode): void {
  const where = (): string => `${JSON.stringify(entry.name)} in directory inode ${directory}`;
  const target = entry.inode;
  if (!census.isUsed(target) || target < fs.superblock.firstInode) {
    findings.add(
      `${where()} names inode ${target}, which ${target === rootInode ? 'is the root' : 'is not in use'}`,
    );
    return;
  }
  const type = fs.superblock.features.all.has('filetype') ? typeOf(census.mode[target]!) : 0;
  if (entry.type !== type) findings.add(`${where()} says type ${entry.type}, its inode ${type}`);
  if (!census.isDirectory(target)) {
    census.counted[target]! += 1;
    return;
  }
  if (census.parent[target] !== 0) findings.add(`${where()} is a second name for directory inode ${target}`);
  census.parent[target] = directory;
  census.counted[directory]! += 1;
}
