import type { EntryKind } from '../../model/volume.ts';
import { highPart, joined, setU16, setU32, u16, u32 } from './bytes.ts';

export const rootInode = 2;
/** Names that one inode can have. */
export const mostLinks = 65000;
/** Of a mode: the bits that say what an inode is. */
export const typeMask = 0o170000;

export const fileType = {
  fifo: 0o010000,
  character: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  link: 0o120000,
  socket: 0o140000,
} as const;

/** Bits of i_flags that matter to us. */
export const inodeFlag = {
  encrypted: 0x800,
  index: 0x1000,
  hugeFile: 0x40000,
  extents: 0x80000,
  verity: 0x100000,
  externalValue: 0x200000,
  /** Blocks were reserved behind the end of the file, which a rewrite gives back. */
  blocksBehindEnd: 0x400000,
  inlineData: 0x10000000,
  caseFold: 0x40000000,
} as const;

/** Where the 60 bytes of block pointers, extents or link target lie. */
export const blockAreaAt = 40;
export const blockAreaSize = 60;

const extra = { ctime: 132, mtime: 136, atime: 140, crtime: 148 } as const;
const seconds = { atime: 8, ctime: 12, mtime: 16, crtime: 144 } as const;
type TimeField = keyof typeof seconds;

/**
 * One inode, as a view onto its block: set properties only between `editInode` and the end of the operation.
 * https://www.kernel.org/doc/html/latest/filesystems/ext4/inodes.html
 */
export class Inode {
  readonly number: number;
  readonly bytes: Uint8Array;

  constructor(number: number, bytes: Uint8Array) {
    this.number = number;
    this.bytes = bytes;
  }

  get mode(): number {
    return u16(this.bytes, 0);
  }

  set mode(value: number) {
    setU16(this.bytes, 0, value);
  }

  get type(): number {
    return this.mode & typeMask;
  }

  get kind(): EntryKind {
    if (this.type === fileType.file) return 'file';
    if (this.type === fileType.directory) return 'directory';
    return this.type === fileType.link ? 'link' : 'other';
  }

  get uid(): number {
    return joined(u16(this.bytes, 2), 0) + u16(this.bytes, 120) * 2 ** 16;
  }

  set uid(value: number) {
    setU16(this.bytes, 2, value & 0xffff);
    setU16(this.bytes, 120, value >>> 16);
  }

  get gid(): number {
    return joined(u16(this.bytes, 24), 0) + u16(this.bytes, 122) * 2 ** 16;
  }

  set gid(value: number) {
    setU16(this.bytes, 24, value & 0xffff);
    setU16(this.bytes, 122, value >>> 16);
  }

  get size(): number {
    return joined(u32(this.bytes, 4), u32(this.bytes, 108));
  }

  set size(value: number) {
    setU32(this.bytes, 4, value % 2 ** 32);
    setU32(this.bytes, 108, highPart(value));
  }

  get links(): number {
    return u16(this.bytes, 26);
  }

  set links(value: number) {
    setU16(this.bytes, 26, value);
  }

  /** Seconds since 1970; of an orphan, the number of the next one. */
  get deletionTime(): number {
    return u32(this.bytes, 20);
  }

  set deletionTime(value: number) {
    setU32(this.bytes, 20, value);
  }

  get flags(): number {
    return u32(this.bytes, 32);
  }

  set flags(value: number) {
    setU32(this.bytes, 32, value);
  }

  hasFlag(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  get generation(): number {
    return u32(this.bytes, 100);
  }

  set generation(value: number) {
    setU32(this.bytes, 100, value);
  }

  /** Block with extended attributes, 0 for none. */
  get attributeBlock(): number {
    return joined(u32(this.bytes, 104), u16(this.bytes, 118));
  }

  set attributeBlock(value: number) {
    setU32(this.bytes, 104, value % 2 ** 32);
    setU16(this.bytes, 118, highPart(value));
  }

  /** Raw count of i_blocks: 512-byte sectors, or blocks with the huge_file flag. */
  get sectors(): number {
    return joined(u32(this.bytes, 28), u16(this.bytes, 116));
  }

  set sectors(value: number) {
    setU32(this.bytes, 28, value % 2 ** 32);
    setU16(this.bytes, 116, highPart(value));
  }

  /** Bytes past the first 128 that carry known fields. */
  get extraSize(): number {
    return this.bytes.length > 128 ? u16(this.bytes, 128) : 0;
  }

  set extraSize(value: number) {
    setU16(this.bytes, 128, value);
  }

  get blockArea(): Uint8Array {
    return this.bytes.subarray(blockAreaAt, blockAreaAt + blockAreaSize);
  }

  /** The numbers of a device: the first word has the old form of 8 bits each, the second the form of 12 and 20 bits. */
  get device(): { readonly major: number; readonly minor: number } {
    const old = u32(this.bytes, blockAreaAt);
    if (old !== 0) return { major: (old >>> 8) & 0xff, minor: old & 0xff };
    const value = u32(this.bytes, blockAreaAt + 4);
    return { major: (value >>> 8) & 0xfff, minor: ((value >>> 12) & 0xfff00) | (value & 0xff) };
  }

  set device({ major, minor }: { readonly major: number; readonly minor: number }) {
    const isOld = major < 256 && minor < 256;
    setU32(this.bytes, blockAreaAt, isOld ? (major << 8) | minor : 0);
    const value = (minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12);
    setU32(this.bytes, blockAreaAt + 4, isOld ? 0 : value >>> 0);
  }

  /** Whole seconds since 1970. */
  time(field: TimeField): number {
    const value = u32(this.bytes, seconds[field]) | 0;
    return this.#holds(extra[field]) ? value + (u32(this.bytes, extra[field]) & 3) * 2 ** 32 : value;
  }

  setTime(field: TimeField, date: Date): void {
    if (field === 'crtime' && !this.#holds(seconds.crtime)) return;
    const milliseconds = date.getTime();
    const whole = Math.floor(milliseconds / 1000);
    setU32(this.bytes, seconds[field], whole >>> 0);
    if (!this.#holds(extra[field])) return;
    const epoch = ((whole - (whole | 0)) / 2 ** 32) & 3;
    const nanoseconds = (milliseconds - whole * 1000) * 1_000_000;
    setU32(this.bytes, extra[field], nanoseconds * 4 + epoch);
  }

  /** Whether the field of four bytes at `at` lies inside the inode's extra part. */
  #holds(at: number): boolean {
    return this.bytes.length > 128 && at + 4 <= 128 + this.extraSize;
  }
}
