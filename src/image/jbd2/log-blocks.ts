import { crc32c, crc32cOfU32 } from '../ext4/crc.ts';
import type { JournalSuperblock } from './journal-superblock.ts';
import { damagedJournal, headerSize, viewOf } from './log.ts';

/** One block of the file system that a descriptor announces; its copy follows in the log. */
export interface Tag {
  /** Number of the block in the file system. */
  readonly block: number;
  /** The copy begins with zeros where the block begins with the journal's own magic number. */
  readonly escaped: boolean;
  readonly checksum: number;
}

const tagFlag = { escaped: 1, sameUuid: 2, deleted: 4, last: 8 } as const;
const uuidSize = 16;
const tailSize = 4;

/** The tags of a descriptor block. https://www.kernel.org/doc/html/latest/filesystems/ext4/journal.html#descriptor-block */
export function readTags(bytes: Uint8Array, journal: JournalSuperblock): readonly Tag[] {
  const { checksums, wide } = journal;
  const view = viewOf(bytes);
  const size = checksums === 3 ? 16 : 8 + (checksums === 2 ? 2 : 0) + (wide ? 4 : 0);
  const end = bytes.length - (checksums >= 2 ? tailSize : 0);
  const tags: Tag[] = [];
  for (let at = headerSize; at + size <= end; ) {
    const flags = checksums === 3 ? view.getUint32(at + 4) : view.getUint16(at + 6);
    const high = wide ? view.getUint32(at + 8) : 0;
    tags.push({
      block: view.getUint32(at) + high * 2 ** 32,
      escaped: (flags & tagFlag.escaped) !== 0,
      checksum: checksums === 3 ? view.getUint32(at + 12) : view.getUint16(at + 4),
    });
    at += size + ((flags & tagFlag.sameUuid) === 0 ? uuidSize : 0);
    if ((flags & tagFlag.last) !== 0) break;
  }
  return tags;
}

/** The blocks of the file system that a revoke block takes back. */
export function readRevoked(bytes: Uint8Array, { wide, checksums }: JournalSuperblock): readonly number[] {
  const view = viewOf(bytes);
  const used = view.getUint32(headerSize);
  const size = wide ? 8 : 4;
  if (used > bytes.length - (checksums >= 2 ? tailSize : 0))
    throw damagedJournal('a revoke block is longer than a block');
  const revoked: number[] = [];
  for (let at = headerSize + 4; at + size <= used; at += size) {
    revoked.push(wide ? view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4) : view.getUint32(at));
  }
  return revoked;
}

/** Whether the checksum at the end of a descriptor or revoke block is right. */
export function hasSoundTail(bytes: Uint8Array, { checksums, checksumSeed }: JournalSuperblock): boolean {
  if (checksums < 2) return true;
  const copy = bytes.slice();
  copy.fill(0, copy.length - tailSize);
  return crc32c(checksumSeed, copy) === viewOf(bytes).getUint32(bytes.length - tailSize);
}

/** Whether the copy of a block that lies in the log is the one its tag speaks of. */
export function isSoundCopy(
  copy: Uint8Array,
  tag: Tag,
  sequence: number,
  { checksums, checksumSeed }: JournalSuperblock,
): boolean {
  if (checksums < 2) return true;
  const checksum = crc32c(crc32cOfU32(checksumSeed, swapped(sequence)), copy);
  return (checksums === 3 ? checksum : checksum & 0xffff) === tag.checksum;
}

const commit = { checksumType: 12, checksumSize: 13, checksum: 16 } as const;

/** Whether a commit block is whole. `transaction` is the CRC-32 over the transaction, for checksums of version 1. */
export function isSoundCommit(
  bytes: Uint8Array,
  { checksums, checksumSeed }: JournalSuperblock,
  transaction: number,
): boolean {
  const stored = viewOf(bytes).getUint32(commit.checksum);
  if (checksums >= 2) {
    const copy = bytes.slice();
    copy.fill(0, commit.checksum, commit.checksum + 4);
    return crc32c(checksumSeed, copy) === stored;
  }
  const has = checksums === 1 && bytes[commit.checksumType] === 1 && bytes[commit.checksumSize] === 4;
  return !has || stored === transaction;
}

function swapped(value: number): number {
  return (
    ((value >>> 24) | ((value >>> 8) & 0xff00) | ((value << 8) & 0xff0000) | ((value << 24) >>> 0)) >>> 0
  );
}

const bigEndianTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** CRC-32 with its highest bit first, as version 1 chains it over the blocks of a transaction from 0xffffffff on. */
export function crc32BigEndian(crc: number, bytes: Uint8Array): number {
  let value = crc;
  for (const byte of bytes) value = (value << 8) ^ bigEndianTable[((value >>> 24) ^ byte) & 0xff]!;
  return value >>> 0;
}
