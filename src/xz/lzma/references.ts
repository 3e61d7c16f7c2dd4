import { check } from '../fault.ts';
import { type Grain, partsIn } from './parts.ts';

/** Bytes of a block: from the first to the one behind the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What each part of a block has to know of the bytes before it: a bitmap of pieces of the block for each part. */
export class References {
  /** The bitmaps, one behind the other. */
  readonly bytes: Uint8Array;
  readonly #grain: Grain;
  /** Of one of them, in bytes. */
  readonly #length: number;
  readonly #pieces: number;

  /**
   * Of a block of that size.
   * @throws XzFault where the bitmaps are not of such a block
   */
  constructor(size: number, grain: Grain, bytes?: Uint8Array) {
    this.#grain = grain;
    this.#pieces = Math.ceil(size / grain.piece);
    this.#length = Math.ceil(this.#pieces / 8);
    this.bytes = bytes ?? new Uint8Array(this.#length * partsIn(size, grain));
    check(this.bytes.length === this.#length * partsIn(size, grain), 'the references of a block are wrong');
  }

  /** That the part at that index needs these. */
  mark(index: number, { from, to }: Span): void {
    const { piece } = this.#grain;
    const start = index * this.#length;
    for (let at = Math.floor(from / piece); at * piece < to; at++)
      this.bytes[start + (at >> 3)]! |= 1 << (at & 7);
  }

  /** Whether the part at that index needs any of these. */
  has(index: number, { from, to }: Span): boolean {
    const { piece } = this.#grain;
    for (let at = Math.floor(from / piece); at * piece < to; at++) if (this.#isMarked(index, at)) return true;
    return false;
  }

  /** All that the part at that index needs, from front to back. */
  *of(index: number): Generator<Span> {
    const { piece } = this.#grain;
    let from = 0;
    for (let at = 0; at <= this.#pieces; at++) {
      if (at < this.#pieces && this.#isMarked(index, at)) continue;
      if (from < at * piece) yield { from, to: at * piece };
      from = (at + 1) * piece;
    }
  }

  #isMarked(index: number, at: number): boolean {
    return (this.bytes[index * this.#length + (at >> 3)]! & (1 << (at & 7))) !== 0;
  }
}
