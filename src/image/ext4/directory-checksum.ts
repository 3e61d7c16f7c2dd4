import { setU32, u16, u32 } from './bytes.ts';
import { crc32c } from './crc.ts';
import { hasTail, tailSize } from './directory-block.ts';
import { damaged } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import type { Inode } from './inode.ts';
import { inodeSeed } from './inode-table.ts';

const zeros = new Uint8Array(4);

/** Checks a directory block once after it was read. Throws `image.damaged`. */
export function verifyDirectoryBlock(fs: Ext4, directory: Inode, block: Uint8Array): void {
  if (!fs.superblock.metadataChecksums || fs.sound.has(block)) return;
  const found = locate(block);
  if (found === undefined) throw damaged(`directory inode ${directory.number} has no room for its checksum`);
  if (u32(block, found.at) !== checksum(fs, directory, block, found)) {
    throw damaged(`the checksum of a block of directory inode ${directory.number} is wrong`);
  }
  fs.sound.add(block);
}

/** To be called after every change of a directory block. */
export function sealDirectoryBlock(fs: Ext4, directory: Inode, block: Uint8Array): void {
  if (!fs.superblock.metadataChecksums) return;
  const found = locate(block);
  if (found === undefined) throw damaged(`directory inode ${directory.number} has no room for its checksum`);
  setU32(block, found.at, checksum(fs, directory, block, found));
  fs.sound.add(block);
}

interface Place {
  readonly at: number;
  readonly covered: number;
  readonly index: boolean;
}

/**
 * Leaf blocks carry their checksum in the last record, index blocks behind the room for their entries. The kernel makes
 * an index out of a leaf without clearing its last record, so that alone tells nothing.
 */
function locate(block: Uint8Array): Place | undefined {
  const entries = indexEntriesAt(block);
  if (entries === undefined) {
    return hasTail(block)
      ? { at: block.length - 4, covered: block.length - tailSize, index: false }
      : undefined;
  }
  const limit = u16(block, entries);
  const count = u16(block, entries + 2);
  if (count > limit || entries + 8 * limit + 8 > block.length) return undefined;
  return { at: entries + 8 * limit + 4, covered: entries + 8 * count, index: true };
}

/** Offset of the entries of an index block: 32 in the root, which also holds `.` and `..`, 8 in the others. */
function indexEntriesAt(block: Uint8Array): number | undefined {
  const whole = block.length === 65536 ? 65535 : block.length;
  if (u32(block, 0) === 0 && u16(block, 4) === whole) return 8;
  if (u16(block, 4) === 12 && u16(block, 16) === block.length - 12 && block[29] === 8) return 32;
  return undefined;
}

function checksum(fs: Ext4, directory: Inode, block: Uint8Array, { at, covered, index }: Place): number {
  const leaf = crc32c(inodeSeed(fs, directory), block, 0, covered);
  return index ? crc32c(crc32c(leaf, block, at - 4, at), zeros) : leaf;
}
