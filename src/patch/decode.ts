import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import {
  blockSize,
  checksumLength,
  damagedPatch,
  decodeFixed,
  decodeRanges,
  fixedLength,
  type PatchHeader,
  rangeLength,
  totalOf,
} from './layout.ts';
import { type Readable, resultDigest } from './result-digest.ts';

/** Takes the changed bytes. */
export interface Writable {
  writeFrom(source: Uint8Array, position: number): void;
}

/**
 * Reads all but the content, after the whole file was checked against its own checksum.
 * @throws PiImageError `image.not-supported`, `image.damaged`
 */
export function readPatch(file: Readable): PatchHeader {
  const { rangeCount, ...fixed } = decodeFixed(read(file, 0, Math.min(fixedLength, file.size)));
  const end = file.size - checksumLength;
  if (rangeCount > (end - fixedLength) / rangeLength) throw damagedPatch('it is cut off');
  checkChecksum(file, end);
  const table = read(file, fixedLength, rangeCount * rangeLength);
  return { ...fixed, ranges: decodeRanges(table, fixed.result.size) };
}

/**
 * Writes the changed bytes over an image that reads as the base does, and checks what has come of it.
 * @throws PiImageError `image.damaged`
 */
export function applyPatch(file: Readable, header: PatchHeader, image: Readable & Writable): void {
  const { base, ranges, result } = header;
  if (image.size !== result.size) throw new TypeError(`a result of ${result.size} bytes, not ${image.size}`);
  const blocks = contentOf(file, header);
  let block: Uint8Array = new Uint8Array();
  for (const { position, length } of ranges) {
    for (let done = 0; done < length; ) {
      if (block.length === 0) block = blocks.next().value ?? block;
      const some = block.subarray(0, length - done);
      image.writeFrom(some, position + done);
      block = block.subarray(some.length);
      done += some.length;
    }
  }
  // Only its end tells whether the file holds more than it should.
  blocks.next();
  if (resultDigest(image, { base, ranges }) === result.digest) return;
  throw damagedPatch('what it makes is not what it says');
}

/** The content in blocks, as large together as the ranges are. */
function* contentOf(file: Readable, { ranges }: PatchHeader): Generator<Uint8Array, undefined> {
  const end = file.size - checksumLength;
  let at = fixedLength + ranges.length * rangeLength;
  for (let left = totalOf(ranges); left > 0; ) {
    if (end - at < 4) throw damagedPatch('its content is cut off');
    const length = read(file, at, 4).readUInt32LE();
    at += 4;
    if (length > end - at) throw damagedPatch('its content is cut off');
    // Deflate makes nothing longer by more than a few bytes in 16 KiB.
    if (length > 2 * blockSize) throw damagedPatch('one of its blocks is too long');
    const block = inflate(read(file, at, length), Math.min(left, blockSize));
    at += length;
    left -= block.length;
    yield block;
  }
  if (at !== end) throw damagedPatch('it holds more than its ranges');
}

function inflate(compressed: Uint8Array, size: number): Uint8Array {
  let block: Uint8Array;
  try {
    block = zlib.inflateRawSync(compressed, { maxOutputLength: size });
  } catch (cause) {
    throw damagedPatch('one of its blocks cannot be decompressed', cause);
  }
  if (block.length !== size) throw damagedPatch('one of its blocks has the wrong size');
  return block;
}

function checkChecksum(file: Readable, end: number): void {
  const hash = createHash('sha256');
  for (let at = 0; at < end; at += blockSize) hash.update(read(file, at, Math.min(blockSize, end - at)));
  if (!hash.digest().equals(read(file, end, checksumLength))) {
    throw damagedPatch('it does not match its own checksum');
  }
}

function read(file: Readable, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  file.readInto(bytes, position);
  return bytes;
}
