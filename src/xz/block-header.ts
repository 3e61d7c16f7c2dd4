import { crc32, padded, type XzBlock } from './container.ts';
import { check } from './fault.ts';
import { decodeNumber, encodeNumber } from './numbers.ts';

export interface BlockHeader {
  /** Of the header itself, in bytes. */
  readonly length: number;
  /** Of the compressed data, where the header says. */
  readonly dataSize?: number;
  /** Of the data that is compressed in it, where the header says. */
  readonly size?: number;
  /** Flags of the one filter [3.1.5], as they are. */
  readonly filter: Uint8Array;
  readonly filterId: number;
}

/** That of LZMA2 [5.3.1]. */
export const lzma2 = 0x21;
/** A header is at most this long [3.1.1]. */
export const longestBlockHeader = 1024;

const numberOfFilters = 0x03;
const reserved = 0x3c;
const tellsDataSize = 0x40;
const tellsSize = 0x80;

/**
 * Header of a block [3.1] with one filter, at the start of some bytes.
 * @throws XzFault
 */
export function parseBlockHeader(bytes: Uint8Array): BlockHeader {
  const first = bytes[0] ?? 0;
  const length = (first + 1) * 4;
  check(first !== 0 && length <= bytes.length, 'a block does not start with a header');
  const header = bytes.subarray(0, length - 4);
  check(crc32(header).equals(bytes.subarray(length - 4, length)), 'the header of a block is damaged');
  const flags = header[1] ?? 0;
  check((flags & (numberOfFilters | reserved)) === 0, 'a block has several filters');
  let at = 2;
  const next = (): number => {
    const { value, end } = decodeNumber(header, at);
    at = end;
    return value;
  };
  const dataSize = flags & tellsDataSize ? next() : undefined;
  const size = flags & tellsSize ? next() : undefined;
  const start = at;
  const filterId = next();
  const end = next() + at;
  check(end <= header.length, 'the header of a block is damaged');
  return {
    ...{ length, filterId, filter: header.subarray(start, end) },
    ...(dataSize !== undefined && { dataSize }),
    ...(size !== undefined && { size }),
  };
}

export interface BlockParts {
  /** Compressed, without padding; in pieces, one behind the other. */
  readonly data: readonly Uint8Array[];
  /** Of what is compressed in it, bytes. */
  readonly size: number;
  /** Flags of the one filter. */
  readonly filter: Uint8Array;
  /** Of what is compressed in it. */
  readonly check: Uint8Array;
}

/** A block in pieces, one behind the other. */
export interface PiecedBlock extends Omit<XzBlock, 'bytes'> {
  readonly pieces: readonly Uint8Array[];
}

/** A block whose header tells both sizes: with them, decoders can work on all cores. */
export function blockPieces({ data, size, filter, check: sum }: BlockParts): PiecedBlock {
  const flags = tellsDataSize | tellsSize;
  const dataSize = data.reduce((sum, { length }) => sum + length, 0);
  const fields = padded(
    Buffer.concat([Uint8Array.of(0, flags), encodeNumber(dataSize), encodeNumber(size), filter]),
  );
  // The size byte [3.1.1] counts in fours, the CRC32 at the end included, and less one.
  fields[0] = fields.length / 4;
  const header = Buffer.concat([fields, crc32(fields)]);
  return {
    pieces: [header, ...data, new Uint8Array(-dataSize & 3), sum],
    unpaddedSize: header.length + dataSize + sum.length,
    size,
  };
}

/** The same in one piece. */
export function composeBlock(parts: BlockParts): XzBlock {
  const { pieces, ...block } = blockPieces(parts);
  return { bytes: Buffer.concat(pieces), ...block };
}
