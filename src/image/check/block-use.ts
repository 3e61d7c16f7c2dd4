/** One bit for each block or cluster: whether somebody owns it. */
export class BlockUse {
  readonly #bits: Uint8Array;

  constructor(bits: Uint8Array) {
    this.#bits = bits;
  }

  static of(count: number): BlockUse {
    return new BlockUse(new Uint8Array(Math.ceil(count / 8)));
  }

  has(block: number): boolean {
    return (this.#bits[Math.floor(block / 8)]! & (1 << (block % 8))) !== 0;
  }

  /** Takes the blocks; the first of them that somebody had already, if any. */
  take(first: number, count: number): number | undefined {
    let taken: number | undefined;
    for (let block = first; block < first + count; block++) {
      if (this.has(block)) taken ??= block;
      this.#bits[Math.floor(block / 8)]! |= 1 << (block % 8);
    }
    return taken;
  }

  /** Whose eight blocks from `first` have an owner, as bits of a bitmap; undefined where they do not begin a byte. */
  byteAt(first: number): number | undefined {
    return first % 8 === 0 ? this.#bits[first / 8] : undefined;
  }

  release(first: number, count: number): void {
    for (let block = first; block < first + count; block++)
      this.#bits[Math.floor(block / 8)]! &= ~(1 << (block % 8));
  }
}
