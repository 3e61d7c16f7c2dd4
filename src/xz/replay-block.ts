import { type BlockHeader, blockPieces, composeBlock, lzma2, parseBlockHeader } from './block-header.ts';
import { checkSize, type XzBlock } from './container.ts';
import { changedCrc64 } from './crc64.ts';
import { check } from './fault.ts';
import { dictionarySize } from './lzma/chunks.ts';
import type { Edit } from './lzma/edits.ts';
import { type BlockBytes, replay } from './lzma/replay.ts';
import { type Lzma2, restart } from './lzma/restart.ts';

/** A block of a stream with CRC64, of which its header tells the size of the compressed data. */
export interface ReplayableBlock {
  readonly bytes: Uint8Array;
  /** Of what is compressed in it. */
  readonly size: number;
}

/** A block that edits can be put into without a look at all of it. */
export interface RestartedBlock extends ReplayableBlock {
  /** Of the block without padding, as an index has it. */
  readonly unpaddedSize: number;
  /** What of it depends on what. */
  readonly references: Uint8Array;
  /** Both, one behind the other. */
  readonly all: Uint8Array;
}

/**
 * Makes of a block one that holds the same, and that edits can be put into.
 * @param data of the size of the block; it is filled with what is compressed in it
 * @throws XzFault where it is damaged, or of another kind
 */
export function restartBlock(block: ReplayableBlock, data: Uint8Array): RestartedBlock {
  const { header, sum, code } = piecesOf(block);
  const { pieces: written, references } = restart(code, data);
  const parts = { data: written, size: block.size, filter: header.filter, check: sum };
  const { pieces, unpaddedSize, size } = blockPieces(parts);
  // Put together once, since it is large.
  return restartedBlock(Buffer.concat([...pieces, references]), { unpaddedSize, size });
}

/** A block with its references behind it. */
export function restartedBlock(
  all: Uint8Array,
  { unpaddedSize, size }: Pick<RestartedBlock, 'unpaddedSize' | 'size'>,
): RestartedBlock {
  const end = unpaddedSize + (-unpaddedSize & 3);
  return { all, bytes: all.subarray(0, end), references: all.subarray(end), unpaddedSize, size };
}

/**
 * Makes of a block one with edits, which lie inside it, sorted and without overlaps, without compressing it anew.
 * @throws XzFault where it is damaged, or of another kind
 */
export function replayBlock(block: RestartedBlock, edits: readonly Edit[], source: BlockBytes): XzBlock {
  const { size, references } = block;
  const { header, sum, code } = piecesOf(block);
  const { pieces, changes } = replay({ ...code, references }, edits, source);
  const changed = changes.map(({ position, bytes: after }) => {
    const before = source.data.subarray(position, position + after.length);
    return { position, before, after };
  });
  const parts = { data: pieces, size, filter: header.filter };
  return composeBlock({ ...parts, check: changedCrc64(sum, size, changed) });
}

interface BlockPieces {
  readonly header: BlockHeader;
  /** Its check. */
  readonly sum: Uint8Array;
  readonly code: Lzma2;
}

function piecesOf({ bytes, size }: ReplayableBlock): BlockPieces {
  const header = parseBlockHeader(bytes);
  const { length, dataSize, filter, filterId } = header;
  check(filterId === lzma2, 'a block is not of LZMA2');
  check(dataSize !== undefined, 'a block does not tell its size');
  const end = length + dataSize;
  const start = end + (-dataSize & 3);
  check(start + checkSize <= bytes.length, 'the size of a block is wrong');
  return {
    header,
    sum: bytes.subarray(start, start + checkSize),
    code: { bytes: bytes.subarray(length, end), size, dictionary: dictionarySize(filter) },
  };
}
