import { setU16, setU32, u16, u32 } from './bytes.ts';
import { damaged } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import type { Inode } from './inode.ts';
import { isKnownHash, type NameHash } from './name-hash.ts';

/** Offset of the index entries in the first block of the directory, and in the other index blocks. */
export const rootEntriesAt = 32;
export const nodeEntriesAt = 8;
const reservedAt = 24;
const hashVersionAt = 28;
const infoLengthAt = 29;
export const levelsAt = 30;
const flagsAt = 31;
const entryBytes = 8;

/**
 * The sorted entries of one index block: hash and block of the directory. The first entry has no hash of its own (it
 * stands for all below the second); in its place are `limit` and `count`.
 * https://www.kernel.org/doc/html/latest/filesystems/ext4/directory.html
 */
export class IndexNode {
  readonly bytes: Uint8Array;
  readonly #start: number;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.#start = start;
  }

  get limit(): number {
    return u16(this.bytes, this.#start);
  }

  set limit(value: number) {
    setU16(this.bytes, this.#start, value);
  }

  get count(): number {
    return u16(this.bytes, this.#start + 2);
  }

  set count(value: number) {
    setU16(this.bytes, this.#start + 2, value);
  }

  get isFull(): boolean {
    return this.count >= this.limit;
  }

  hash(index: number): number {
    return index === 0 ? 0 : u32(this.bytes, this.#start + entryBytes * index);
  }

  block(index: number): number {
    return u32(this.bytes, this.#start + entryBytes * index + 4) & 0x0fffffff;
  }

  setBlock(index: number, block: number): void {
    setU32(this.bytes, this.#start + entryBytes * index + 4, block);
  }

  /** Index of the entry responsible for `hash`. */
  indexOf(hash: number): number {
    let low = 1;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.hash(middle) > hash) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  /** Adds an entry behind the one at `index`. The node must not be full. */
  insertAfter(index: number, hash: number, block: number): void {
    const at = this.#start + entryBytes * (index + 1);
    this.bytes.copyWithin(at + entryBytes, at, this.#start + entryBytes * this.count);
    setU32(this.bytes, at, hash);
    setU32(this.bytes, at + 4, block);
    this.count += 1;
  }

  /** Moves the entries from `from` on to an empty node; the hash of the first of them stays with the parent. */
  moveEntries(from: number, target: IndexNode): void {
    const bytes = this.bytes.subarray(this.#start + entryBytes * from, this.#start + entryBytes * this.count);
    const { limit } = target;
    target.bytes.set(bytes, target.#start);
    target.limit = limit;
    target.count = this.count - from;
    this.count = from;
  }
}

export interface IndexRoot {
  readonly node: IndexNode;
  /** Levels of index blocks below the root. */
  readonly levels: number;
  readonly hash: NameHash;
}

export function entriesThatFit(fs: Ext4, start: number): number {
  const tail = fs.superblock.metadataChecksums ? 8 : 0;
  return Math.floor((fs.superblock.blockSize - start - tail) / entryBytes);
}

/** Index blocks on the way to a leaf, the root included, at most. */
export function deepestIndex(fs: Ext4): number {
  return fs.superblock.features.all.has('large_dir') ? 3 : 2;
}

export function readIndexRoot(fs: Ext4, directory: Inode, bytes: Uint8Array): IndexRoot {
  const version = bytes[hashVersionAt]!;
  const levels = bytes[levelsAt]!;
  const isPlain = u32(bytes, reservedAt) === 0 && (bytes[flagsAt]! & 1) === 0;
  if (!isPlain || !isKnownHash(version) || bytes[infoLengthAt] !== 8 || levels >= deepestIndex(fs)) {
    throw damaged(`the index of directory inode ${directory.number} is of a kind that cannot be`);
  }
  const node = readIndexNode(fs, directory, bytes, rootEntriesAt);
  const { hashUnsigned, hashSeed } = fs.superblock;
  return { node, levels, hash: { version, unsigned: hashUnsigned, seed: hashSeed } };
}

export function readIndexNode(fs: Ext4, directory: Inode, bytes: Uint8Array, start: number): IndexNode {
  const node = new IndexNode(bytes, start);
  if (node.limit !== entriesThatFit(fs, start) || node.count < 1 || node.count > node.limit) {
    throw damaged(`an index block of directory inode ${directory.number} has impossible counts`);
  }
  return node;
}

/** Turns an empty block into an index block below the root. */
export function initIndexNode(fs: Ext4, bytes: Uint8Array): IndexNode {
  setU16(bytes, 4, bytes.length === 65536 ? 65535 : bytes.length);
  const node = new IndexNode(bytes, nodeEntriesAt);
  node.limit = entriesThatFit(fs, nodeEntriesAt);
  return node;
}

/** Writes the fields behind `.` and `..` of a new root with one entry. */
export function initIndexRoot(fs: Ext4, bytes: Uint8Array, version: number, block: number): IndexNode {
  bytes.fill(0, rootEntriesAt - 8);
  bytes[hashVersionAt] = version;
  bytes[infoLengthAt] = 8;
  const node = new IndexNode(bytes, rootEntriesAt);
  node.limit = entriesThatFit(fs, rootEntriesAt);
  node.count = 1;
  node.setBlock(0, block);
  return node;
}
