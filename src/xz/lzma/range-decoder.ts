import { check } from '../fault.ts';
import { movesBy, probabilityBits } from './model.ts';

/** Bytes before the first bit; the first of them is 0. */
export const headBytes = 5;
const certain = 1 << probabilityBits;

/**
 * Turns the bytes of a chunk back into bits, each by how likely it was.
 *
 * Range and code are numbers of 32 bits without a sign, kept as those with one: these V8 has in registers and in fields
 * without allocating. What is of several bits has them in variables of its own, since going through the fields for each
 * bit takes half as long again; that is why what `bit` does is there three times.
 */
export class RangeDecoder {
  readonly #probabilities: Uint16Array;
  #range = 0;
  #code = 0;
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(probabilities: Uint16Array) {
    this.#probabilities = probabilities;
  }

  /** @throws XzFault */
  start(input: Uint8Array): void {
    check(input.length >= headBytes && input[0] === 0, 'a chunk does not start as it should');
    this.#range = -1;
    this.#code = new DataView(input.buffer, input.byteOffset).getInt32(1);
    this.#input = input;
    this.#at = headBytes;
  }

  /** @throws XzFault where there were more bits than bytes, or less */
  finish(): void {
    this.#normalize();
    check(this.#code === 0 && this.#at === this.#input.length, 'a chunk does not end as it should');
  }

  /** 0 or 1, by the probability at this place, which it moves. */
  bit(place: number): number {
    this.#normalize();
    const range = this.#range;
    const code = this.#code;
    const probability = this.#probabilities[place]!;
    const bound = Math.imul(range >>> probabilityBits, probability);
    if (code >>> 0 < bound >>> 0) {
      this.#range = bound;
      this.#probabilities[place] = probability + ((certain - probability) >> movesBy);
      return 0;
    }
    this.#range = (range - bound) | 0;
    this.#code = (code - bound) | 0;
    this.#probabilities[place] = probability - (probability >> movesBy);
    return 1;
  }

  /** Bits from the highest to the lowest, each by those before it. */
  tree(place: number, bits: number): number {
    const probabilities = this.#probabilities;
    const end = 1 << bits;
    let range = this.#range;
    let code = this.#code;
    let node = 1;
    do {
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | this.#next();
      }
      const probability = probabilities[place + node]!;
      const bound = Math.imul(range >>> probabilityBits, probability);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        probabilities[place + node] = probability + ((certain - probability) >> movesBy);
        node <<= 1;
      } else {
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        probabilities[place + node] = probability - (probability >> movesBy);
        node = (node << 1) | 1;
      }
    } while (node < end);
    this.#range = range;
    this.#code = code;
    return node - end;
  }

  /** Eight bits in the same order, each also by what it is in another byte, as long as the bits are those of it. */
  treeBeside(place: number, other: number): number {
    const probabilities = this.#probabilities;
    let range = this.#range;
    let code = this.#code;
    let node = 1;
    let expected = other;
    let isAsExpected = 0x100;
    do {
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | this.#next();
      }
      expected <<= 1;
      const at = place + isAsExpected + (expected & isAsExpected) + node;
      const probability = probabilities[at]!;
      const bound = Math.imul(range >>> probabilityBits, probability);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        probabilities[at] = probability + ((certain - probability) >> movesBy);
        node <<= 1;
        isAsExpected &= ~expected;
      } else {
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        probabilities[at] = probability - (probability >> movesBy);
        node = (node << 1) | 1;
        isAsExpected &= expected;
      }
    } while (node < 0x100);
    this.#range = range;
    this.#code = code;
    return node & 0xff;
  }

  /** As `tree`, from the lowest bit to the highest. */
  reverseTree(place: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let index = 0; index < bits; index++) {
      const bit = this.bit(place + node);
      node = (node << 1) | bit;
      value |= bit << index;
    }
    return value;
  }

  /** Bits that are as likely 0 as 1. */
  direct(bits: number): number {
    let range = this.#range;
    let code = this.#code;
    let value = 0;
    for (let left = bits; left > 0; left--) {
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | this.#next();
      }
      range >>>= 1;
      code = (code - range) | 0;
      // All ones where that was too much: what is random is not to be guessed by a branch.
      const isZero = code >> 31;
      code = (code + (range & isZero)) | 0;
      value = (value << 1) + isZero + 1;
    }
    this.#range = range | 0;
    this.#code = code;
    return value;
  }

  #normalize(): void {
    if (this.#range >>> 24 !== 0) return;
    this.#range <<= 8;
    this.#code = (this.#code << 8) | this.#next();
  }

  /** Behind the end there are zeros: that it was passed is seen at the end of the chunk. */
  #next(): number {
    return this.#input[this.#at++] ?? 0;
  }
}
