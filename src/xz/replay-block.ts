import { composeBlock, lzma2, parseBlockHeader } from './block-header.ts';
import { checkSize, type XzBlock } from './container.ts';
import { crc64 } from './crc64.ts';
import { check } from './fault.ts';
import { dictionarySize } from './lzma/chunks.ts';
import { type Edit, replay } from './lzma/replay.ts';

/** A block of a stream with CRC64, of which its header tells the size of the compressed data. */
export interface ReplayableBlock {
  readonly bytes: Uint8Array;
  /** Of what is compressed in it. */
  readonly size: number;
}

/**
 * Makes of a block one with edits, which lie inside it, sorted and without overlaps, without compressing it anew.
 * `data`, of that size, is used for what is compressed in it.
 * @throws XzFault where it is damaged, or of another kind
 */
export function replayBlock(
  { bytes, size }: ReplayableBlock,
  edits: readonly Edit[],
  data?: Uint8Array,
): XzBlock {
  const { length, dataSize, filter, filterId } = parseBlockHeader(bytes);
  check(filterId === lzma2, 'a block is not of LZMA2');
  check(
    dataSize !== undefined && length + dataSize + checkSize <= bytes.length,
    'the size of a block is wrong',
  );
  const compressed = bytes.subarray(length, length + dataSize);
  const replayed = replay({ bytes: compressed, size, dictionary: dictionarySize(filter) }, edits, data);
  return composeBlock({ data: replayed.pieces, size, filter, check: crc64(replayed.data) });
}
