import { check } from '../fault.ts';
import { movesBy, probabilityBits } from './model.ts';

const least = 2 ** 24;
const range = 0;
const code = 1;
/** Bytes before the first bit; the first of them is 0. */
export const headBytes = 5;

/** Turns the bytes of a chunk back into bits, each by how likely it was. */
export class RangeDecoder {
  readonly #probabilities: Uint16Array;
  /** Range and code, which need all of 32 bits: a field of an object would make an allocation of each change. */
  readonly #registers = new Uint32Array(2);
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(probabilities: Uint16Array) {
    this.#probabilities = probabilities;
  }

  /** @throws XzFault */
  start(input: Uint8Array): void {
    check(input.length >= headBytes && input[0] === 0, 'a chunk does not start as it should');
    this.#registers[range] = 0xffffffff;
    this.#registers[code] = new DataView(input.buffer, input.byteOffset).getUint32(1);
    this.#input = input;
    this.#at = headBytes;
  }

  /** @throws XzFault where there were more bits than bytes, or less */
  finish(): void {
    this.#normalize();
    check(
      this.#registers[code] === 0 && this.#at === this.#input.length,
      'a chunk does not end as it should',
    );
  }

  /** 0 or 1, by the probability at this place, which it moves. */
  bit(place: number): number {
    this.#normalize();
    const registers = this.#registers;
    const all = registers[range]!;
    const value = registers[code]!;
    const probability = this.#probabilities[place]!;
    const bound = Math.imul(all >>> probabilityBits, probability) >>> 0;
    if (value < bound) {
      registers[range] = bound;
      this.#probabilities[place] = probability + (((1 << probabilityBits) - probability) >> movesBy);
      return 0;
    }
    registers[range] = all - bound;
    registers[code] = value - bound;
    this.#probabilities[place] = probability - (probability >> movesBy);
    return 1;
  }

  /** Bits from the highest to the lowest, each by those before it. */
  tree(place: number, bits: number): number {
    let node = 1;
    for (let left = bits; left > 0; left--) node = (node << 1) | this.bit(place + node);
    return node - (1 << bits);
  }

  /** The same from the lowest to the highest. */
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
    const registers = this.#registers;
    let value = 0;
    for (let left = bits; left > 0; left--) {
      this.#normalize();
      const half = registers[range]! >>> 1;
      registers[range] = half;
      const isOne = registers[code]! >= half;
      if (isOne) registers[code]! -= half;
      value = (value << 1) | (isOne ? 1 : 0);
    }
    return value;
  }

  #normalize(): void {
    const registers = this.#registers;
    if (registers[range]! >= least) return;
    registers[range]! <<= 8;
    // Behind the end there are zeros: that it was passed is seen at the end of the chunk.
    registers[code] = (registers[code]! << 8) | (this.#input[this.#at++] ?? 0);
  }
}
