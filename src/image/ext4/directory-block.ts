import type { EntryKind } from '../../model/volume.ts';
import { setU16, setU32, u16, u32 } from './bytes.ts';
import { damaged } from './faults.ts';

/** One entry of a directory block. `previous` is the entry before it in the block, -1 for the first. */
export interface DirectoryEntry {
  readonly at: number;
  readonly previous: number;
  readonly inode: number;
  /** Type byte, 0 where the file system keeps none. */
  readonly type: number;
  readonly name: Uint8Array;
}

export interface NewEntry {
  readonly name: Uint8Array;
  readonly inode: number;
  readonly type: number;
}

/** Size of the record at the end of a block that holds its checksum (metadata_csum). */
export const tailSize = 12;
const tailType = 0xde;
const headerSize = 8;

const kinds: readonly (EntryKind | undefined)[] = [
  undefined,
  'file',
  'directory',
  'other',
  'other',
  'other',
  'other',
  'link',
];
/** Type byte by the highest four bits of a mode. */
const typeOfMode: Readonly<Record<number, number>> = { 1: 5, 2: 3, 4: 2, 6: 4, 8: 1, 10: 7, 12: 6 };

export function kindOfType(type: number): EntryKind | undefined {
  return kinds[type];
}

export function typeOf(mode: number): number {
  return typeOfMode[mode >>> 12] ?? 0;
}

export function entrySize(nameLength: number): number {
  return (headerSize + nameLength + 3) & ~3;
}

/** Length of the record at `at`: 16 bits, with a way of its own to say 64 KiB. */
function recordLength(block: Uint8Array, at: number): number {
  const length = u16(block, at + 4);
  if (block.length < 65536) return length;
  return length === 65535 || length === 0 ? block.length : (length & 65532) | ((length & 3) << 16);
}

function setRecordLength(block: Uint8Array, at: number, length: number): void {
  setU16(block, at + 4, length === 65536 ? 65535 : length);
}

/** Length of the record at `at`, checked against everything that can be wrong with it. */
function checkedLength(block: Uint8Array, at: number, end: number): number {
  const length = recordLength(block, at);
  if (length < entrySize(block[at + 6] ?? 0) || length % 4 !== 0 || at + length > end) {
    throw damaged(`a directory has an impossible entry at byte ${at} of a block`);
  }
  return length;
}

/** The entries of a block that are in use; `end` leaves the checksum record out. */
export function readEntries(block: Uint8Array, end: number): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  let previous = -1;
  for (let at = 0; at < end; ) {
    const length = checkedLength(block, at, end);
    const inode = u32(block, at);
    if (inode !== 0 && block[at + 6] !== 0) {
      const name = block.subarray(at + headerSize, at + headerSize + block[at + 6]!);
      entries.push({ at, previous, inode, type: block[at + 7]!, name });
    }
    previous = at;
    at += length;
  }
  return entries;
}

/** The entry of that name, found without making an object of every other one. */
export function findEntry(block: Uint8Array, end: number, name: Uint8Array): DirectoryEntry | undefined {
  let previous = -1;
  for (let at = 0; at < end; ) {
    const length = checkedLength(block, at, end);
    if (block[at + 6] === name.length && u32(block, at) !== 0 && isNameAt(block, at + headerSize, name)) {
      return { at, previous, inode: u32(block, at), type: block[at + 7]!, name };
    }
    previous = at;
    at += length;
  }
  return undefined;
}

function isNameAt(block: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let index = 0; index < name.length; index++) if (block[at + index] !== name[index]) return false;
  return true;
}

/** Offset of a record with room for a name of that length, undefined when there is none. */
export function findRoom(block: Uint8Array, end: number, nameLength: number): number | undefined {
  const needed = entrySize(nameLength);
  for (let at = 0; at < end; ) {
    const length = checkedLength(block, at, end);
    if (length - usedBy(block, at) >= needed) return at;
    at += length;
  }
  return undefined;
}

/** Puts an entry into the room of the record at `at`, as `findRoom` gave it. */
export function insertAt(block: Uint8Array, at: number, entry: NewEntry): void {
  const length = recordLength(block, at);
  const used = usedBy(block, at);
  if (used > 0) setRecordLength(block, at, used);
  writeEntry(block, at + used, length - used, entry);
}

function usedBy(block: Uint8Array, at: number): number {
  return u32(block, at) === 0 ? 0 : entrySize(block[at + 6]!);
}

/** The room of a removed entry goes to the one before it. */
export function removeEntry(block: Uint8Array, { at, previous }: DirectoryEntry): void {
  const length = recordLength(block, at);
  if (previous < 0) {
    block.fill(0, at, at + length);
    setRecordLength(block, at, length);
    return;
  }
  setRecordLength(block, previous, recordLength(block, previous) + length);
  block.fill(0, at, at + length);
}

/** Fills a block with these entries, the last one taking what is left. */
export function writeEntries(block: Uint8Array, end: number, entries: readonly NewEntry[]): void {
  block.fill(0, 0, end);
  let at = 0;
  entries.forEach((entry, index) => {
    const length = index === entries.length - 1 ? end - at : entrySize(entry.name.length);
    writeEntry(block, at, length, entry);
    at += length;
  });
  if (entries.length === 0) setRecordLength(block, 0, end);
}

function writeEntry(block: Uint8Array, at: number, length: number, { name, inode, type }: NewEntry): void {
  setU32(block, at, inode);
  setRecordLength(block, at, length);
  block[at + 6] = name.length;
  block[at + 7] = type;
  block.set(name, at + headerSize);
}

/** Points the entry at another inode, as `..` of a directory that moves. */
export function setEntryInode(block: Uint8Array, { at }: DirectoryEntry, inode: number): void {
  setU32(block, at, inode);
}

/** The record at the end that looks like an unused entry and holds the checksum. */
export function writeTail(block: Uint8Array): void {
  const at = block.length - tailSize;
  block.fill(0, at);
  setU16(block, at + 4, tailSize);
  block[at + 7] = tailType;
}

export function hasTail(block: Uint8Array): boolean {
  const at = block.length - tailSize;
  return (
    u32(block, at) === 0 &&
    u16(block, at + 4) === tailSize &&
    block[at + 6] === 0 &&
    block[at + 7] === tailType
  );
}
