import {
  type Directory,
  dotEntries,
  type FoundEntry,
  findLinearly,
  isIndexed,
  leafEnd,
  openDirectory,
  readDirectoryBlock,
} from './directory.ts';
import { findEntry } from './directory-block.ts';
import { type IndexNode, nodeEntriesAt, readIndexNode, readIndexRoot } from './directory-index.ts';
import { damaged } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import { type Inode, inodeFlag } from './inode.ts';
import { isSameName } from './name.ts';
import { hashName, type NameHash } from './name-hash.ts';

/** One index block on the way from the root to a leaf, and the entry that was followed. */
export interface IndexStep {
  readonly logical: number;
  readonly node: IndexNode;
  index: number;
}

export interface IndexPath {
  readonly steps: IndexStep[];
  readonly hash: number;
  readonly method: NameHash;
  readonly leaf: number;
}

/** The entry of that name, by the index where there is one. */
export function findName(fs: Ext4, inode: Inode, name: Uint8Array): FoundEntry | undefined {
  const directory = openDirectory(fs, inode);
  // The index of a directory without upper and lower case is by another hash.
  const usable = isIndexed(fs, inode) && !inode.hasFlag(inodeFlag.caseFold);
  return usable ? findByIndex(fs, directory, name) : findLinearly(fs, directory, name);
}

function findByIndex(fs: Ext4, directory: Directory, name: Uint8Array): FoundEntry | undefined {
  const dot = dotEntries(readDirectoryBlock(fs, directory, 0)).find((entry) => isSameName(entry.name, name));
  if (dot !== undefined) return { logical: 0, entry: dot };
  const path = descend(fs, directory, name);
  for (
    let leaf: number | undefined = path.leaf;
    leaf !== undefined;
    leaf = nextWithHash(fs, directory, path)
  ) {
    const entry = findEntry(readDirectoryBlock(fs, directory, leaf), leafEnd(fs), name);
    if (entry !== undefined) return { logical: leaf, entry };
  }
  return undefined;
}

/** From the root of the index to the leaf where `name` belongs. */
export function descend(fs: Ext4, directory: Directory, name: Uint8Array): IndexPath {
  const root = readIndexRoot(fs, directory.inode, readDirectoryBlock(fs, directory, 0));
  const hash = hashName(name, root.hash);
  const steps: IndexStep[] = [{ logical: 0, node: root.node, index: root.node.indexOf(hash) }];
  for (let level = 0; level < root.levels; level++) {
    const { node, index } = steps.at(-1)!;
    const logical = node.block(index);
    const below = readBelow(fs, directory, logical);
    steps.push({ logical, node: below, index: below.indexOf(hash) });
  }
  return { steps, hash, method: root.hash, leaf: leafOf(directory, steps) };
}

function readBelow(fs: Ext4, directory: Directory, logical: number): IndexNode {
  if (logical === 0)
    throw damaged(`the index of directory inode ${directory.inode.number} leads in a circle`);
  return readIndexNode(fs, directory.inode, readDirectoryBlock(fs, directory, logical), nodeEntriesAt);
}

function leafOf(directory: Directory, steps: readonly IndexStep[]): number {
  const { node, index } = steps.at(-1)!;
  const leaf = node.block(index);
  if (leaf === 0 || leaf >= directory.blockCount || steps.some(({ logical }) => logical === leaf)) {
    throw damaged(`the index of directory inode ${directory.inode.number} leads to block ${leaf}`);
  }
  return leaf;
}

/** The next leaf, if names with the hash we look for go on there (its hash then has the lowest bit set). */
function nextWithHash(fs: Ext4, directory: Directory, path: IndexPath): number | undefined {
  const { steps, hash } = path;
  let level = steps.length - 1;
  while (level >= 0 && steps[level]!.index + 1 >= steps[level]!.node.count) level--;
  const step = steps[level];
  if (step === undefined) return undefined;
  step.index += 1;
  if ((step.node.hash(step.index) & ~1) >>> 0 !== hash) return undefined;
  for (let below = level + 1; below < steps.length; below++) {
    const parent = steps[below - 1]!;
    const logical = parent.node.block(parent.index);
    steps[below] = { logical, node: readBelow(fs, directory, logical), index: 0 };
  }
  return leafOf(directory, steps);
}
