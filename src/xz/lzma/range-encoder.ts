import { movesBy, probabilityBits } from './model.ts';

const least = 2 ** 24;
const range = 0;
const low = 1;

/** Turns bits into the bytes of a chunk, the likelier the fewer. */
export class RangeEncoder {
  readonly #probabilities: Uint16Array;
  /** Range, and the lowest 32 bits of the number that the bytes are. */
  readonly #registers = new Uint32Array(2);
  readonly #output: Uint8Array;
  #at = 0;

  /** Bytes go to the start of `output`, which has to have room for them. */
  constructor(probabilities: Uint16Array, output: Uint8Array) {
    this.#probabilities = probabilities;
    this.#output = output;
  }

  start(): void {
    this.#registers[range] = 0xffffffff;
    this.#registers[low] = 0;
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
    const registers = this.#registers;
    const all = registers[range]!;
    const probability = this.#probabilities[place]!;
    const bound = Math.imul(all >>> probabilityBits, probability) >>> 0;
    if (bit === 0) {
      registers[range] = bound;
      this.#probabilities[place] = probability + (((1 << probabilityBits) - probability) >> movesBy);
    } else {
      registers[range] = all - bound;
      this.#add(bound);
      this.#probabilities[place] = probability - (probability >> movesBy);
    }
    this.#normalize();
  }

  tree(place: number, bits: number, value: number): void {
    let node = 1;
    for (let index = bits - 1; index >= 0; index--) {
      const bit = (value >>> index) & 1;
      this.bit(place + node, bit);
      node = (node << 1) | bit;
    }
  }

  reverseTree(place: number, bits: number, value: number): void {
    let node = 1;
    for (let index = 0; index < bits; index++) {
      const bit = (value >>> index) & 1;
      this.bit(place + node, bit);
      node = (node << 1) | bit;
    }
  }

  direct(bits: number, value: number): void {
    for (let index = bits - 1; index >= 0; index--) {
      const half = this.#registers[range]! >>> 1;
      this.#registers[range] = half;
      if ((value >>> index) & 1) this.#add(half);
      this.#normalize();
    }
  }

  #add(value: number): void {
    const sum = this.#registers[low]! + value;
    this.#registers[low] = sum;
    if (sum < 2 ** 32) return;
    for (let at = this.#at - 1; ; at--) {
      const carried = (this.#output[at]! + 1) & 0xff;
      this.#output[at] = carried;
      if (carried !== 0) return;
    }
  }

  #normalize(): void {
    if (this.#registers[range]! >= least) return;
    this.#registers[range]! <<= 8;
    this.#shift();
  }

  #shift(): void {
    const registers = this.#registers;
    this.#output[this.#at++] = registers[low]! >>> 24;
    registers[low]! <<= 8;
  }
}
