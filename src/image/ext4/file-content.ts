import type { ByteSource } from '../../model/content.ts';
import { bytesSource } from '../../model/content.ts';
import { isZero } from '../../model/zeros.ts';
import { checkBounds } from '../bounds.ts';
import { allocateBlocks, freeBlocks, releaseFreedBlocks } from './block-allocator.ts';
import { blocksOf, cutRuns, readBlockMap, requireMappable, runIndex, writeBlockMap } from './block-map.ts';
import type { FileRun } from './extent-tree.ts';
import { notSupported } from './faults.ts';
import { type Ext4, setReadOnlyFeature } from './file-system.ts';
import { inlineContent } from './inline-data.ts';
import { type Inode, inodeFlag } from './inode.ts';

/** Bytes copied at a time. */
const pieceSize = 1024 ** 2;
const largeFileBit = 2;
const largeFileFrom = 2 ** 31;

/** The content of a regular file or a link, read in pieces; holes and unwritten blocks are zeros. */
export function contentOf(fs: Ext4, inode: Inode): ByteSource {
  if (inode.hasFlag(inodeFlag.encrypted)) throw encrypted(inode);
  if (inode.hasFlag(inodeFlag.inlineData)) return bytesSource(inlineContent(inode));
  const { blockSize } = fs.superblock;
  const { runs } = readBlockMap(fs, inode);
  const { number, size } = inode;
  return {
    size,
    readInto(target, position) {
      checkBounds(size, position, target.length, `the file with inode ${number}`);
      let index = runIndex(runs, Math.floor(position / blockSize));
      for (let done = 0; done < target.length; ) {
        const run = runs[index];
        const at = position + done;
        const start = run === undefined ? Number.POSITIVE_INFINITY : run.logical * blockSize;
        const end = run === undefined ? start : start + run.length * blockSize;
        const stop = Math.min(target.length, (at < start ? start : end) - position);
        const part = target.subarray(done, stop);
        if (run === undefined || at < start || run.unwritten) part.fill(0);
        else fs.blocks.readContent(part, run.physical, at - start);
        if (at >= start) index++;
        done = stop;
      }
    },
  };
}

function encrypted({ number }: Inode): Error {
  return notSupported(
    `the file with inode ${number} is encrypted (encrypt)`,
    'Only its owner can read it, on a running system.',
  );
}

/** Replaces the content of a regular file or link. */
export function writeContent(fs: Ext4, inode: Inode, content: ByteSource): void {
  replaceFrom(fs, inode, 0, content, content.size);
}

/** Adds `content` at the end of a regular file. */
export function appendContent(fs: Ext4, inode: Inode, content: ByteSource): void {
  const { first, tail } = lastBlock(fs, inode, inode.size);
  const both: ByteSource = {
    size: tail.length + content.size,
    readInto(target, position) {
      const own = tail.subarray(position, position + target.length);
      target.set(own);
      if (own.length < target.length)
        content.readInto(target.subarray(own.length), position + own.length - tail.length);
    },
  };
  replaceFrom(fs, inode, first, both, inode.size + content.size);
}

/** Cuts a regular file to `size`, or lets it grow by a hole that reads as zeros. */
export function resizeContent(fs: Ext4, inode: Inode, size: number): void {
  const { first, tail } = lastBlock(fs, inode, Math.min(size, inode.size));
  // What lies behind the end within a block must be zeros, so the last block is written anew.
  replaceFrom(fs, inode, first, bytesSource(isZero(tail) ? new Uint8Array() : tail), size);
}

/** The block in which a file of `size` bytes ends, and what the file has in it. */
function lastBlock(fs: Ext4, inode: Inode, size: number): { first: number; tail: Uint8Array } {
  const { blockSize } = fs.superblock;
  const tail = new Uint8Array(size % blockSize);
  contentOf(fs, inode).readInto(tail, size - tail.length);
  return { first: (size - tail.length) / blockSize, tail };
}

/**
 * Puts `content` in place of all that a file has from block `first` on. The new blocks are taken before the old ones are
 * given back, so the old content survives a failure; when the disk is too full for both, what goes to old blocks waits
 * in memory.
 */
function replaceFrom(fs: Ext4, inode: Inode, first: number, content: ByteSource, size: number): void {
  const { blockSize, features } = fs.superblock;
  const count = Math.ceil(content.size / blockSize);
  requireMappable(fs, Math.ceil(size / blockSize));
  const old = readBlockMap(fs, inode);
  const { before, after } = cutRuns(old.runs, first);
  for (const run of after) freeBlocks(fs, run.physical, run.length);
  const scarce = fs.free.blocks < count + Math.ceil(count / 64) + 4;
  if (scarce) releaseFreedBlocks(fs);
  const shared = new Set(scarce ? after.flatMap(blocksOf) : []);
  const runs: FileRun[] = [];
  let logical = first;
  for (const run of allocateBlocks(fs, count, fs.groups.groupOfInode(inode.number))) {
    runs.push({ ...run, logical, unwritten: false });
    logical += run.length;
  }
  inode.flags &= ~inodeFlag.blocksBehindEnd;
  // A file that is written anew gets extents where the file system has them, whatever it had before.
  if (before.length === 0 && features.all.has('extent')) inode.flags |= inodeFlag.extents;
  writeBlockMap(fs, inode, [...before, ...runs], old);
  copyInto(fs, runs, { content, first, shared });
  inode.size = size;
  if (size >= largeFileFrom && !features.all.has('large_file')) setReadOnlyFeature(fs, largeFileBit);
}

interface Copy {
  readonly content: ByteSource;
  /** Block of the file that the content begins in. */
  readonly first: number;
  /** Blocks of the old content, which are held in memory until the operation has succeeded. */
  readonly shared: ReadonlySet<number>;
}

function copyInto(fs: Ext4, runs: readonly FileRun[], { content, first, shared }: Copy): void {
  const { blockSize } = fs.superblock;
  const buffer = new Uint8Array(Math.min(pieceSize, Math.ceil(content.size / blockSize) * blockSize));
  for (const { logical, physical, length } of runs) {
    for (let done = 0; done < length; ) {
      const held = shared.has(physical + done);
      const blocks = shared.size > 0 ? 1 : Math.min(length - done, buffer.length / blockSize);
      const position = (logical - first + done) * blockSize;
      const piece = buffer.subarray(0, blocks * blockSize);
      const filled = Math.min(piece.length, content.size - position);
      content.readInto(piece.subarray(0, filled), position);
      piece.fill(0, filled);
      if (held) holdBlock(fs, physical + done, piece);
      else fs.blocks.writeContent(piece, physical + done);
      done += blocks;
    }
  }
}

function holdBlock(fs: Ext4, block: number, content: Uint8Array): void {
  fs.blocks.fresh(block).set(content);
  fs.pending.held.push(block);
}
