import { BlockDecoder } from './block-decoder.ts';
import { ChunkWriter } from './chunk-writer.ts';
import type { Symbols } from './symbols.ts';

/** Bytes that take the place of those of a block. */
export interface Edit {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** The LZMA2 data of a block. */
export interface Lzma2 {
  readonly bytes: Uint8Array;
  /** Of what is compressed in it. */
  readonly size: number;
  /** How far back a match may reach, bytes. */
  readonly dictionary: number;
}

export interface Replayed {
  /** LZMA2 data: these pieces, one behind the other. */
  readonly pieces: readonly Uint8Array[];
  /** What is compressed in it, edits included. */
  readonly data: Uint8Array;
}

/**
 * Makes of a block one with edits (sorted, without overlaps): its symbols are encoded again, and others only where
 * edits changed what they stand for. That takes a fraction of the time of compressing, most of which is the search for
 * matches. Chunks before the first edit stay as they are. `data` is where the data is put together.
 * @throws XzFault where the block is damaged
 */
export function replay(
  block: Lzma2,
  edits: readonly Edit[],
  data: Uint8Array = new Uint8Array(block.size),
): Replayed {
  const exchanged = edits.map(({ position, bytes }) => ({ position, bytes: new Uint8Array(bytes) }));
  const firstEdit = edits[0]?.position ?? block.size;
  const decoder = new BlockDecoder();
  const writer = new ChunkWriter(data);
  for (const { chunk, position, symbols } of decoder.decode(block.bytes, { data, ...block })) {
    const end = position + chunk.size;
    if (end <= firstEdit) {
      writer.copy(chunk, decoder.model);
      continue;
    }
    exchange(data, exchanged, end);
    if (chunk.isPlain) writer.plain(chunk.size);
    else {
      if (chunk.properties !== undefined) writer.setProperties(chunk.properties);
      writeSymbols(symbols, data, position, writer);
    }
    exchange(data, exchanged, end);
  }
  exchange(data, exchanged, block.size);
  return { pieces: writer.finish(), data };
}

/** Swaps the bytes of the edits with those in their places, up to `end`; again, and all is as before. */
function exchange(data: Uint8Array, edits: readonly Edit[], end: number): void {
  for (const { position, bytes } of edits) {
    const length = Math.min(bytes.length, end - position);
    if (length <= 0) return;
    const before = data.slice(position, position + length);
    data.set(bytes.subarray(0, length), position);
    bytes.set(before);
  }
}

/** Says of `data` from `position` on what the symbols say of other data: the same where it can. */
function writeSymbols(
  { count, lengths, distances }: Symbols,
  data: Uint8Array,
  position: number,
  writer: ChunkWriter,
): void {
  let at = position;
  for (let index = 0; index < count; index++) {
    const distance = distances[index]!;
    for (const end = at + lengths[index]!; at < end; ) {
      const alike = distance === 0 ? 0 : repeated(data, at, end, distance);
      const isMatch = alike > 1 || (alike === 1 && distance === writer.newestDistance);
      if (isMatch) writer.match(alike, distance);
      else writer.literal();
      at += isMatch ? alike : 1;
    }
  }
}

/** How many of the bytes are those `distance` before them. */
function repeated(data: Uint8Array, from: number, end: number, distance: number): number {
  let at = from;
  while (at < end && data[at] === data[at - distance]) at++;
  return at - from;
}
