import { check } from '../fault.ts';
import { type Chunk, chunksOf } from './chunks.ts';

export interface Grain {
  /** Bytes of a block from where its model starts anew to where it does again. */
  readonly part: number;
  /** Bytes that are one to the list of what a part refers to. */
  readonly piece: number;
}

export const usualGrain: Grain = { part: 2 ** 18, piece: 512 };

/** Some of a block, which can be decoded where the bytes before it are known, whatever became of them. */
export interface Part {
  readonly index: number;
  /** Of its data in that of the block, and of how many bytes; bytes. */
  readonly position: number;
  readonly size: number;
  readonly chunks: readonly Chunk[];
}

/** How many there are in a block of that size. */
export function partsIn(size: number, { part }: Grain): number {
  return Math.ceil(size / part);
}

/**
 * The parts of LZMA2 data that consists of such.
 * @throws XzFault
 */
export function* partsOf(bytes: Uint8Array, { part }: Grain): Generator<Part> {
  let chunks: Chunk[] = [];
  let index = 0;
  let size = 0;
  for (const chunk of chunksOf(bytes)) {
    chunks.push(chunk);
    size += chunk.size;
    check(size <= part, 'a chunk is in two parts');
    if (size < part) continue;
    yield { index, position: index * part, size, chunks };
    chunks = [];
    index++;
    size = 0;
  }
  if (size > 0) yield { index, position: index * part, size, chunks };
}
