import zlib from 'node:zlib';
import { encodeNumber } from './numbers.ts';

/**
 * The .xz container (tukaani.org/xz/xz-file-format.txt, section numbers in brackets): a stream header, blocks that
 * each stand for themselves, an index of their sizes, a footer. We write it ourselves so that blocks can be encoded
 * on all cores, encoded once where they are alike, and taken over from another file.
 */

/** A block in its final form. */
export interface XzBlock {
  readonly bytes: Uint8Array;
  /** Of `bytes` without the padding between data and check: what the index says of it [4.3]. */
  readonly unpaddedSize: number;
  /** Of the data that is compressed in it. */
  readonly size: number;
}

const magic = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00);
export const footerMagic = Uint8Array.of(0x59, 0x5a);
/** Stream flags [2.1.1.2]: every block ends in a CRC64 of its data. */
export const streamFlags = Uint8Array.of(0x00, 0x04);
export const checkSize = 8;

export const streamHeader: Uint8Array = streamHeaderWith(streamFlags);

/** Stream header [2.1.1] with these flags. */
export function streamHeaderWith(flags: Uint8Array): Buffer {
  return Buffer.concat([magic, flags, crc32(flags)]);
}

export const footerSize = 12;

/** Index [4] and footer [2.1.2]: what ends a stream of these blocks. */
export function streamEnd(
  blocks: readonly Pick<XzBlock, 'unpaddedSize' | 'size'>[],
  flags: Uint8Array = streamFlags,
): Uint8Array {
  const records = blocks.flatMap(({ unpaddedSize, size }) => [
    encodeNumber(unpaddedSize),
    encodeNumber(size),
  ]);
  const list = padded(Buffer.concat([Uint8Array.of(0), encodeNumber(blocks.length), ...records]));
  const backward = Buffer.alloc(4);
  backward.writeUInt32LE((list.length + 4) / 4 - 1);
  const tail = Buffer.concat([backward, flags]);
  return Buffer.concat([list, crc32(list), crc32(tail), tail, footerMagic]);
}

/** With zeros at the end up to a multiple of four bytes. */
export function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, new Uint8Array(-bytes.length & 3)]);
}

export function crc32(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(zlib.crc32(bytes));
  return sum;
}
