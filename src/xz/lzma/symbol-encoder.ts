import {
  afterLiteral,
  afterMatch,
  afterRepeated,
  afterShort,
  firstLongSlot,
  inLengths,
  isAfterMatch,
  type Model,
  places,
  shortestMatch,
  slotsFor,
} from './model.ts';
import type { RangeEncoder } from './range-encoder.ts';

/** Encodes symbols at the end of those that a model knows. */
export class SymbolEncoder {
  readonly #model: Model;
  readonly #bits: RangeEncoder;

  constructor(model: Model, bits: RangeEncoder) {
    this.#model = model;
    this.#bits = bits;
  }

  /** The byte at `at`. */
  literal(data: Uint8Array, at: number): void {
    const bits = this.#bits;
    const model = this.#model;
    const { state } = model;
    bits.bit(places.isMatch + (state << 4) + (at & model.positionMask), 0);
    model.state = afterLiteral[state]!;
    const place = model.literalAt(at, at > 0 ? data[at - 1]! : 0);
    if (isAfterMatch(state)) bits.treeBeside(place, data[at]!, data[at - model.distances[0]!]!);
    else bits.tree(place, 8, data[at]!);
  }

  /** Bytes from `at` on that are those `distance` before them; a single one only at the newest distance. */
  match(at: number, length: number, distance: number): void {
    const bits = this.#bits;
    const model = this.#model;
    const { state, distances } = model;
    const positionState = at & model.positionMask;
    bits.bit(places.isMatch + (state << 4) + positionState, 1);
    const index = indexIn(distances, distance);
    if (index < 0) {
      bits.bit(places.isRepeated + state, 0);
      this.#length(places.lengths, positionState, length);
      this.#distance(length, distance);
      model.remember(distance);
      model.state = afterMatch(state);
      return;
    }
    bits.bit(places.isRepeated + state, 1);
    bits.bit(places.isNotNewest + state, index === 0 ? 0 : 1);
    if (index === 0) {
      bits.bit(places.isNotShort + (state << 4) + positionState, length === 1 ? 0 : 1);
    } else {
      bits.bit(places.isNotSecond + state, index === 1 ? 0 : 1);
      if (index > 1) bits.bit(places.isNotThird + state, index - 2);
      model.promote(index);
    }
    if (length === 1) {
      model.state = afterShort(state);
    } else {
      this.#length(places.repeatedLengths, positionState, length);
      model.state = afterRepeated(state);
    }
  }

  #length(place: number, positionState: number, length: number): void {
    const bits = this.#bits;
    const value = length - shortestMatch;
    bits.bit(place + inLengths.choice, value < 8 ? 0 : 1);
    if (value < 8) return bits.tree(place + inLengths.low + (positionState << 3), 3, value);
    bits.bit(place + inLengths.longChoice, value < 16 ? 0 : 1);
    if (value < 16) return bits.tree(place + inLengths.middle + (positionState << 3), 3, value - 8);
    bits.tree(place + inLengths.high, 8, value - 16);
  }

  #distance(length: number, distance: number): void {
    const bits = this.#bits;
    const value = distance - 1;
    const highest = 31 - Math.clz32(value);
    const slot = value < 4 ? value : (highest << 1) | ((value >>> (highest - 1)) & 1);
    bits.tree(slotsFor(length), 6, slot);
    if (slot < 4) return;
    const lowBits = highest - 1;
    const base = (2 | (slot & 1)) << lowBits;
    if (slot < firstLongSlot) {
      return bits.reverseTree(places.middleDistances + base - slot, lowBits, value - base);
    }
    const low = (value - (base >>> 0)) >>> 0;
    bits.direct(lowBits - 4, low >>> 4);
    bits.reverseTree(places.lowDistances, 4, low & 15);
  }
}

/** As `indexOf`, which takes its time. */
function indexIn(distances: Uint32Array, distance: number): number {
  for (let index = 0; index < 4; index++) if (distances[index] === distance) return index;
  return -1;
}
