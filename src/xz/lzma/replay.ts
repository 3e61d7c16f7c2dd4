import { check } from '../fault.ts';
import { BlockDecoder } from './block-decoder.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { endOfChunks } from './chunks.ts';
import { changesIn, type Edit, exchange } from './edits.ts';
import { type Grain, type Part, partsOf, usualGrain } from './parts.ts';
import { References, type Span } from './references.ts';
import type { Lzma2 } from './restart.ts';
import { writeChanged } from './write-stretch.ts';

/** LZMA2 data of parts, as `restart` makes it. */
export interface RestartedLzma2 extends Lzma2 {
  readonly references: Uint8Array;
}

/** What is compressed in a block. */
export interface BlockBytes {
  /** Of the size of the block. */
  readonly data: Uint8Array;
  /** Sees to it that these bytes are in `data`. */
  need(span: Span): void;
}

export interface Replayed {
  /** LZMA2 data: these pieces, one behind the other. */
  readonly pieces: readonly Uint8Array[];
  /** What the edits change; beside it, `data` is what is compressed in it. */
  readonly changes: readonly Edit[];
}

/**
 * Makes of a block one with edits (sorted, without overlaps). Of the parts that an edit is in, or something that they
 * repeat, the symbols are encoded again, and others only where edits changed what they stand for. That takes a
 * fraction of the time of compressing, most of which is the search for matches. The other parts stay as they are.
 * @throws XzFault where the block is damaged
 */
export function replay(
  block: RestartedLzma2,
  edits: readonly Edit[],
  source: BlockBytes,
  grain: Grain = usualGrain,
): Replayed {
  const { size, dictionary } = block;
  const { data } = source;
  const references = new References(size, grain, block.references);
  for (const edit of edits) source.need(spanOf(edit));
  const changes = [...changesIn(data, edits)];
  const decoder = new BlockDecoder();

  const rewritten = ({ index, position, size, chunks }: Part): readonly Uint8Array[] => {
    for (const span of references.of(index)) source.need(span);
    const to = position + size;
    const writer = new ChunkWriter(data, position);
    for (const stretch of decoder.decode(chunks, { data, dictionary, from: position, to })) {
      const end = stretch.position + stretch.size;
      exchange(data, changes, end);
      writeChanged(stretch, data, writer);
      exchange(data, changes, end);
    }
    exchange(data, changes, to);
    const written = writer.finish().map((piece) => new Uint8Array(piece));
    exchange(data, changes, to);
    return written;
  };

  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const part of partsOf(block.bytes, grain)) {
    end += part.size;
    check(end <= size, 'a block holds more than it should');
    const isTouched = changes.some((edit) => touches(edit, part) || references.has(part.index, spanOf(edit)));
    pieces.push(...(isTouched ? rewritten(part) : part.chunks.map(({ bytes }) => bytes)));
  }
  check(end === size, 'a block holds less than it should');
  return { pieces: [...pieces, Uint8Array.of(endOfChunks)], changes };
}

function spanOf({ position, bytes }: Edit): Span {
  return { from: position, to: position + bytes.length };
}

function touches(edit: Edit, { position, size }: Part): boolean {
  const { from, to } = spanOf(edit);
  return from < position + size && to > position;
}
