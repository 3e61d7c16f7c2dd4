import { check } from '../fault.ts';
import {
  afterLiteral,
  afterMatch,
  afterRepeated,
  afterShort,
  firstLongSlot,
  inLengths,
  isAfterMatch,
  Model,
  places,
  shortestMatch,
  slotsFor,
} from './model.ts';
import { RangeDecoder } from './range-decoder.ts';
import type { Symbols } from './symbols.ts';

/** Where the bytes of a chunk go. */
export interface Target {
  /** All of a block; what is before `position` is there already. */
  readonly data: Uint8Array;
  readonly position: number;
  readonly length: number;
  /** How far back a match may reach. */
  readonly dictionary: number;
}

/** Decodes the chunks of a block, one after the other. */
export class ChunkDecoder {
  readonly model: Model = new Model();
  readonly #bits = new RangeDecoder(this.model.probabilities);

  /**
   * Decodes a chunk into bytes, and into symbols in the room that there is for them.
   * @throws XzFault
   */
  decode(
    input: Uint8Array,
    { data, position, length, dictionary }: Target,
    { lengths, distances }: Symbols,
  ): Symbols {
    const bits = this.#bits;
    const { model } = this;
    const { positionMask, distances: newest } = model;
    const end = position + length;
    let count = 0;
    let { state } = model;
    let before = position > 0 ? data[position - 1]! : 0;
    bits.start(input);
    for (let at = position; at < end; count++) {
      const positionState = at & positionMask;
      if (bits.bit(places.isMatch + (state << 4) + positionState) === 0) {
        const place = model.literalAt(at, before);
        before = isAfterMatch(state) ? bits.treeBeside(place, data[at - newest[0]!]!) : bits.tree(place, 8);
        data[at++] = before;
        state = afterLiteral[state]!;
        lengths[count] = 1;
        distances[count] = 0;
        continue;
      }
      const size = this.#match(state, positionState);
      state = model.state;
      const distance = newest[0]!;
      check(distance <= at && distance <= dictionary, 'a match reaches back too far');
      check(size <= end - at, 'a match is longer than its chunk');
      lengths[count] = size;
      distances[count] = distance;
      // Byte by byte, since what it repeats may be its own beginning.
      for (const last = at + size; at < last; at++) data[at] = data[at - distance]!;
      before = data[at - 1]!;
    }
    model.state = state;
    bits.finish();
    return { count, lengths, distances };
  }

  /** Its length; its distance becomes the newest of the model. */
  #match(state: number, positionState: number): number {
    const bits = this.#bits;
    const { model } = this;
    if (bits.bit(places.isRepeated + state) === 0) {
      model.state = afterMatch(state);
      const length = this.#length(places.lengths, positionState);
      model.remember(this.#distance(length));
      return length;
    }
    if (bits.bit(places.isNotNewest + state) === 0) {
      if (bits.bit(places.isNotShort + (state << 4) + positionState) === 0) {
        model.state = afterShort(state);
        return 1;
      }
    } else if (bits.bit(places.isNotSecond + state) === 0) {
      model.promote(1);
    } else {
      model.promote(2 + bits.bit(places.isNotThird + state));
    }
    model.state = afterRepeated(state);
    return this.#length(places.repeatedLengths, positionState);
  }

  #length(place: number, positionState: number): number {
    const bits = this.#bits;
    if (bits.bit(place + inLengths.choice) === 0) {
      return shortestMatch + bits.tree(place + inLengths.low + (positionState << 3), 3);
    }
    if (bits.bit(place + inLengths.longChoice) === 0) {
      return shortestMatch + 8 + bits.tree(place + inLengths.middle + (positionState << 3), 3);
    }
    return shortestMatch + 16 + bits.tree(place + inLengths.high, 8);
  }

  #distance(length: number): number {
    const bits = this.#bits;
    const slot = bits.tree(slotsFor(length), 6);
    if (slot < 4) return slot + 1;
    const lowBits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) << lowBits;
    if (slot < firstLongSlot) {
      return base + bits.reverseTree(places.middleDistances + base - slot, lowBits) + 1;
    }
    const high = bits.direct(lowBits - 4) * 16;
    // Up to 2^32, which does not fit into the memory of distances: it is the mark of the end, not used in .xz.
    const distance = (base >>> 0) + high + bits.reverseTree(places.lowDistances, 4) + 1;
    check(distance < 2 ** 32, 'a match reaches back too far');
    return distance;
  }
}
