import { movesBy, probabilityBits } from './model.ts';

const certain = 1 << probabilityBits;
/** A probability less `(probability + roundsUp) >> movesBy` is what a decoder moves it to at a 0. */
const roundsUp = (1 << movesBy) - 1 - certain;

/**
 * Turns bits into the bytes of a chunk, the likelier the fewer.
 *
 * Range and low are numbers of 32 bits without a sign, kept as those with one, in variables where several bits are
 * encoded: as in `RangeDecoder`. What a bit is cannot be guessed, so that it is a mask here and no branch.
 */
export class RangeEncoder {
  readonly #probabilities: Uint16Array;
  readonly #output: Uint8Array;
  #range = 0;
  /** The lowest 32 bits of the number that the bytes are. */
  #low = 0;
  #at = 0;

  /** Bytes go to the start of `output`, which has to have room for them. */
  constructor(probabilities: Uint16Array, output: Uint8Array) {
    this.#probabilities = probabilities;
    this.#output = output;
  }

  start(): void {
    this.#range = -1;
    this.#low = 0;
    // The number is less than one, so that this is never carried into.
    this.#output[0] = 0;
    this.#at = 1;
  }

  /** Bytes that there would be, were it finished now. */
  get length(): number {
    return this.#at + 4;
  }

  finish(): Uint8Array {
    for (let left = 4; left > 0; left--) this.#shift();
    return this.#output.subarray(0, this.#at);
  }

  /** A bit by the probability at this place, which it moves. */
  bit(place: number, bit: number): void {
    const isOne = -bit;
    const probability = this.#probabilities[place]!;
    this.#probabilities[place] = probability - ((probability + (~isOne & roundsUp)) >> movesBy);
    const bound = Math.imul(this.#range >>> probabilityBits, probability);
    const low = (this.#low + (bound & isOne)) | 0;
    if (low >>> 0 < this.#low >>> 0) this.#carry(this.#at);
    this.#low = low;
    this.#range = (bound + ((this.#range - bound - bound) & isOne)) | 0;
    if (this.#range >>> 24 === 0) {
      this.#shift();
      this.#range <<= 8;
    }
  }

  /** Bits of a value from the highest to the lowest, each by those before it. */
  tree(place: number, bits: number, value: number): void {
    const probabilities = this.#probabilities;
    const output = this.#output;
    let range = this.#range;
    let low = this.#low;
    let at = this.#at;
    let node = 1;
    for (let index = bits - 1; index >= 0; index--) {
      const bit = (value >>> index) & 1;
      const isOne = -bit;
      const probability = probabilities[place + node]!;
      probabilities[place + node] = probability - ((probability + (~isOne & roundsUp)) >> movesBy);
      node = (node << 1) | bit;
      const bound = Math.imul(range >>> probabilityBits, probability);
      const sum = (low + (bound & isOne)) | 0;
      if (sum >>> 0 < low >>> 0) this.#carry(at);
      low = sum;
      range = (bound + ((range - bound - bound) & isOne)) | 0;
      if (range >>> 24 === 0) {
        output[at++] = low >>> 24;
        low <<= 8;
        range <<= 8;
      }
    }
    this.#range = range;
    this.#low = low;
    this.#at = at;
  }

  /** Eight bits in the same order, each also by what it is in another byte, as long as the bits are those of it. */
  treeBeside(place: number, value: number, other: number): void {
    const probabilities = this.#probabilities;
    const output = this.#output;
    let range = this.#range;
    let low = this.#low;
    let at = this.#at;
    let node = 1;
    let expected = other;
    let isAsExpected = 0x100;
    for (let index = 7; index >= 0; index--) {
      const bit = (value >>> index) & 1;
      const isOne = -bit;
      expected <<= 1;
      const context = place + isAsExpected + (expected & isAsExpected) + node;
      isAsExpected &= ~(expected ^ isOne);
      const probability = probabilities[context]!;
      probabilities[context] = probability - ((probability + (~isOne & roundsUp)) >> movesBy);
      node = (node << 1) | bit;
      const bound = Math.imul(range >>> probabilityBits, probability);
      const sum = (low + (bound & isOne)) | 0;
      if (sum >>> 0 < low >>> 0) this.#carry(at);
      low = sum;
      range = (bound + ((range - bound - bound) & isOne)) | 0;
      if (range >>> 24 === 0) {
        output[at++] = low >>> 24;
        low <<= 8;
        range <<= 8;
      }
    }
    this.#range = range;
    this.#low = low;
    this.#at = at;
  }

  /** As `tree`, from the lowest bit to the highest. */
  reverseTree(place: number, bits: number, value: number): void {
    let node = 1;
    for (let index = 0; index < bits; index++) {
      const bit = (value >>> index) & 1;
      this.bit(place + node, bit);
      node = (node << 1) | bit;
    }
  }

  /** Bits that are as likely 0 as 1. */
  direct(bits: number, value: number): void {
    const output = this.#output;
    let range = this.#range;
    let low = this.#low;
    let at = this.#at;
    for (let index = bits - 1; index >= 0; index--) {
      range >>>= 1;
      const sum = (low + (range & -((value >>> index) & 1))) | 0;
      if (sum >>> 0 < low >>> 0) this.#carry(at);
      low = sum;
      if (range >>> 24 === 0) {
        output[at++] = low >>> 24;
        low <<= 8;
        range <<= 8;
      }
    }
    this.#range = range | 0;
    this.#low = low;
    this.#at = at;
  }

  /** Adds one to the number of which `end` bytes are there. */
  #carry(end: number): void {
    for (let at = end - 1; ; at--) {
      const carried = (this.#output[at]! + 1) & 0xff;
      this.#output[at] = carried;
      if (carried !== 0) return;
    }
  }

  #shift(): void {
    this.#output[this.#at++] = this.#low >>> 24;
    this.#low <<= 8;
  }
}
