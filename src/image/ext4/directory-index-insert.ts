import {
  type Directory,
  growDirectory,
  leafEnd,
  locateBlock,
  openDirectory,
  readDirectoryBlock,
} from './directory.ts';
import { findRoom, insertAt, type NewEntry, readEntries, writeEntries } from './directory-block.ts';
import { sealDirectoryBlock } from './directory-checksum.ts';
import { deepestIndex, initIndexNode, initIndexRoot, levelsAt } from './directory-index.ts';
import { descend, type IndexPath } from './directory-lookup.ts';
import { damaged, noSpace } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import { type Inode, inodeFlag } from './inode.ts';
import { hashName, hashVersions, isKnownHash } from './name-hash.ts';

/** One split of a leaf and one of each index block above it are the most that an insertion needs. */
const mostSteps = 8;

/** Puts an entry into the leaf of its hash, splitting leaves and index blocks as needed: the directory stays indexed. */
export function insertByIndex(fs: Ext4, parent: Inode, entry: NewEntry): void {
  for (let step = 0; step < mostSteps; step++) {
    const directory = openDirectory(fs, parent);
    const path = descend(fs, directory, entry.name);
    const leaf = readDirectoryBlock(fs, directory, path.leaf);
    const at = findRoom(leaf, leafEnd(fs), entry.name.length);
    if (at !== undefined) {
      insertAt(editBlock(fs, directory, path.leaf), at, entry);
      sealDirectoryBlock(fs, parent, leaf);
      return;
    }
    if (path.steps.at(-1)!.node.isFull) makeIndexRoom(fs, directory, path);
    else splitLeaf(fs, directory, path);
  }
  throw noSpace('a directory has too many names with the same hash');
}

/** The upper half of the leaf's names, by hash, moves to a new leaf. */
function splitLeaf(fs: Ext4, directory: Directory, { steps, method, leaf }: IndexPath): void {
  const { inode } = directory;
  const bytes = editBlock(fs, directory, leaf);
  const end = leafEnd(fs);
  const entries = readEntries(bytes, end)
    .map((entry) => ({ ...entry, name: entry.name.slice(), hash: hashName(entry.name, method) }))
    .sort((a, b) => a.hash - b.hash);
  const middle = middleOf(entries.map(({ name }) => name.length));
  if (entries.length < 2) throw damaged(`a full block of directory inode ${inode.number} holds no names`);
  const { hash } = entries[middle]!;
  // The lowest bit says that names with this hash are in the leaf before, too.
  const continued = hash === entries[middle - 1]!.hash ? 1 : 0;

  const grown = growDirectory(fs, inode);
  writeEntries(grown.bytes, end, entries.slice(middle));
  writeEntries(bytes, end, entries.slice(0, middle));
  const { logical, node, index } = steps.at(-1)!;
  editBlock(fs, directory, logical);
  node.insertAfter(index, hash + continued, grown.logical);
  for (const block of [grown.bytes, bytes, node.bytes]) sealDirectoryBlock(fs, inode, block);
}

/** Where to cut so that both sides take about the same room; neither is empty. */
function middleOf(lengths: readonly number[]): number {
  const total = lengths.reduce((sum, length) => sum + length + 8, 0);
  let sum = 0;
  const middle = lengths.findIndex((length) => {
    sum += length + 8;
    return sum > total / 2;
  });
  return Math.min(Math.max(middle, 1), lengths.length - 1);
}

/** Splits the lowest full index block below one with room; when all are full, the index gets one level more. */
function makeIndexRoom(fs: Ext4, directory: Directory, { steps }: IndexPath): void {
  const { inode } = directory;
  const above = steps.findLastIndex(({ node }) => !node.isFull);
  if (above < 0 && steps.length >= deepestIndex(fs)) throw noSpace('the index of a directory is full');
  const grown = growDirectory(fs, inode);
  const added = initIndexNode(fs, grown.bytes.fill(0));
  const parent = steps[Math.max(above, 0)]!;
  editBlock(fs, directory, parent.logical);
  if (above < 0) {
    parent.node.moveEntries(0, added);
    parent.node.count = 1;
    parent.node.setBlock(0, grown.logical);
    parent.node.bytes[levelsAt] = steps.length;
  } else {
    const { node, logical } = steps[above + 1]!;
    editBlock(fs, directory, logical);
    const middle = node.count >> 1;
    const hash = node.hash(middle);
    node.moveEntries(middle, added);
    parent.node.insertAfter(parent.index, hash, grown.logical);
    sealDirectoryBlock(fs, inode, node.bytes);
  }
  sealDirectoryBlock(fs, inode, parent.node.bytes);
  sealDirectoryBlock(fs, inode, added.bytes);
}

/** A directory of one block gets an index: its names move to a second block, the index takes their place. */
export function makeIndexed(fs: Ext4, parent: Inode): void {
  const directory = openDirectory(fs, parent);
  const root = editBlock(fs, directory, 0);
  const entries = readEntries(root, leafEnd(fs)).map((entry) => ({ ...entry, name: entry.name.slice() }));
  const [self, up, ...others] = entries;
  if (self?.name[0] !== 0x2e || up?.at !== 12 || up.name.length !== 2) {
    throw damaged(`directory inode ${parent.number} does not begin with . and ..`);
  }
  const grown = growDirectory(fs, parent);
  writeEntries(grown.bytes, leafEnd(fs), others);
  writeEntries(root, root.length, [self, up]);
  const { hashVersion } = fs.superblock;
  initIndexRoot(fs, root, isKnownHash(hashVersion) ? hashVersion : hashVersions.halfMd4, grown.logical);
  parent.flags |= inodeFlag.index;
  sealDirectoryBlock(fs, parent, root);
  sealDirectoryBlock(fs, parent, grown.bytes);
}

function editBlock(fs: Ext4, directory: Directory, logical: number): Uint8Array {
  return fs.blocks.edit(locateBlock(directory, logical));
}
