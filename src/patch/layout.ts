import { PiImageError } from '../model/errors.ts';

/** Bytes next to each other, in bytes. */
export interface Range {
  readonly position: number;
  readonly length: number;
}

/** What a patch says before its content; docs/fleet.md has the layout. */
export interface PatchHeader {
  readonly base: { readonly size: number; readonly sha256: string };
  readonly result: { readonly size: number; readonly digest: string };
  /** It holds secrets: whatever is made of it is readable by its owner only. */
  readonly isPrivate: boolean;
  /** Sorted, without overlaps, inside the result. */
  readonly ranges: readonly Range[];
}

export const fixedLength = 104;
export const rangeLength = 16;
/** Of the SHA-256 behind everything. */
export const checksumLength = 32;
/** Content is compressed in blocks of this size, the last one shorter. */
export const blockSize = 1024 * 1024;

/** A control character and a zero in it tell transfers that take it for text. */
const magic = Buffer.from('PIPATCH\x1a\r\n\0\n', 'latin1');
const version = 1;
const privateFlag = 1;
/** SDXC cards and tables of 512-byte sectors with 32-bit numbers end here. */
const largestImage = 2 ** 41;

export function encodeHeader({ base, result, isPrivate, ranges }: PatchHeader): Buffer {
  const bytes = Buffer.alloc(fixedLength + ranges.length * rangeLength);
  magic.copy(bytes);
  bytes.writeUInt16LE(version, 12);
  bytes.writeUInt16LE(isPrivate ? privateFlag : 0, 14);
  bytes.writeBigUInt64LE(BigInt(base.size), 16);
  bytes.write(base.sha256, 24, 'hex');
  bytes.writeBigUInt64LE(BigInt(result.size), 56);
  bytes.write(result.digest, 64, 'hex');
  bytes.writeBigUInt64LE(BigInt(ranges.length), 96);
  ranges.forEach(({ position, length }, index) => {
    bytes.writeBigUInt64LE(BigInt(position), fixedLength + index * rangeLength);
    bytes.writeBigUInt64LE(BigInt(length), fixedLength + index * rangeLength + 8);
  });
  return bytes;
}

/** The fixed part, and how many ranges follow it. Throws `image.not-supported` for what is no patch of this version. */
export function decodeFixed(bytes: Buffer): Omit<PatchHeader, 'ranges'> & { readonly rangeCount: number } {
  if (bytes.length < fixedLength || !bytes.subarray(0, magic.length).equals(magic)) {
    throw new PiImageError('image.not-supported', 'the file is no patch of pi-image', {
      help: 'Give the .pipatch that `pi-image build -o NAME.pipatch` wrote; a transfer as text breaks it.',
    });
  }
  const flags = bytes.readUInt16LE(14);
  if (bytes.readUInt16LE(12) !== version || (flags & ~privateFlag) !== 0) {
    throw new PiImageError('image.not-supported', 'the patch is of a version that is not known here', {
      help: 'Apply it with the version of pi-image that made it, or a newer one.',
    });
  }
  const base = { size: sizeAt(bytes, 16), sha256: bytes.toString('hex', 24, 56) };
  const result = { size: sizeAt(bytes, 56), digest: bytes.toString('hex', 64, 96) };
  if (result.size < base.size) throw damagedPatch('its result is smaller than its base');
  return { base, result, isPrivate: flags === privateFlag, rangeCount: sizeAt(bytes, 96) };
}

/** Throws `image.damaged` unless the ranges are sorted, apart from each other, and inside `size` bytes. */
export function decodeRanges(bytes: Buffer, size: number): Range[] {
  const ranges: Range[] = [];
  let end = 0;
  for (let at = 0; at < bytes.length; at += rangeLength) {
    const [position, length] = [sizeAt(bytes, at), sizeAt(bytes, at + 8)];
    if (length === 0) throw damagedPatch('one of its ranges is empty');
    if (position < end) throw damagedPatch('its ranges overlap, or are not in order');
    if (length > size - position) throw damagedPatch('one of its ranges ends behind the image');
    end = position + length;
    ranges.push({ position, length });
  }
  return ranges;
}

export function totalOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { length }) => sum + length, 0);
}

export function damagedPatch(what: string, cause?: unknown): PiImageError {
  return new PiImageError('image.damaged', `the patch is damaged: ${what}`, {
    help: 'Copy or download it again, or make it again.',
    cause,
  });
}

function sizeAt(bytes: Buffer, at: number): number {
  const size = bytes.readBigUInt64LE(at);
  if (size > BigInt(largestImage)) throw damagedPatch('it tells of more than 2 TiB');
  return Number(size);
}
