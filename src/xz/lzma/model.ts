/**
 * What LZMA knows of the symbols so far, the same in its decoder and its encoder: how likely each bit is, the kinds
 * of the last symbols, and the last four distances. The format is the one of the LZMA specification in the LZMA SDK
 * (lzma-specification.txt); .xz has it in chunks (LZMA2).
 */
export class Model {
  /** Of a bit being 0, of 2048, each at its place below. */
  readonly probabilities: Uint16Array = new Uint16Array(places.literals + (literalBits << 4));
  /** Kinds of the last symbols, 0 to 11; below 7 the last one was a literal. */
  state = 0;
  /** The last four distances, the newest first. */
  readonly distances: Uint32Array = new Uint32Array(4);
  /** Bits of the byte before that a literal depends on. */
  literalContextBits = 0;
  /** Masks of the position in the block: what literals, and what the others depend on. */
  literalPositionMask = 0;
  positionMask = 0;

  constructor() {
    this.reset();
  }

  /** Forgets the symbols so far; the properties stay. */
  reset(): void {
    this.probabilities.fill(1 << (probabilityBits - 1));
    this.distances.fill(1);
    this.state = 0;
  }

  /** @returns false where a byte is not one of LZMA2 properties: lc + lp up to 4, pb up to 4 */
  setProperties(byte: number): boolean {
    const contextBits = byte % 9;
    const positionBits = Math.floor(byte / 9) % 5;
    if (byte >= 9 * 5 * 5 || contextBits + positionBits > 4) return false;
    this.literalContextBits = contextBits;
    this.literalPositionMask = (1 << positionBits) - 1;
    this.positionMask = (1 << Math.floor(byte / 45)) - 1;
    return true;
  }

  /** As `setProperties` takes them. */
  get properties(): number {
    const positionBits = Math.log2(this.literalPositionMask + 1);
    return (Math.log2(this.positionMask + 1) * 5 + positionBits) * 9 + this.literalContextBits;
  }

  /** Where the probabilities of a literal are: it depends on where it is and on the byte before. */
  literalAt(position: number, before: number): number {
    const context = before >> (8 - this.literalContextBits);
    const index = ((position & this.literalPositionMask) << this.literalContextBits) + context;
    return places.literals + index * literalBits;
  }

  /** Makes the distance at `index` of the last four the newest. */
  promote(index: number): void {
    this.#moveDown(index, this.distances[index]!);
  }

  /** A distance that is none of the last four. */
  remember(distance: number): void {
    this.#moveDown(3, distance);
  }

  /** Without a loop: there is a distance for every few bytes. */
  #moveDown(index: number, distance: number): void {
    const { distances } = this;
    if (index > 2) distances[3] = distances[2]!;
    if (index > 1) distances[2] = distances[1]!;
    if (index > 0) distances[1] = distances[0]!;
    distances[0] = distance;
  }
}

export const probabilityBits = 11;
/** Of what is missing to certainty, the part that a probability moves by. */
export const movesBy = 5;
export const states = 12;
const positions = 16;
const literalBits = 0x300;

const lengthBits = { choice: 0, longChoice: 1, low: 2, middle: 2 + 8 * positions, high: 2 + 16 * positions };
const lengthSize = lengthBits.high + 256;
/** Within the probabilities of lengths. */
export const inLengths: typeof lengthBits = lengthBits;

const isMatch = 0;
const isRepeated = isMatch + states * positions;
const isNotNewest = isRepeated + states;
const isNotSecond = isNotNewest + states;
const isNotThird = isNotSecond + states;
const isNotShort = isNotThird + states;
const slots = isNotShort + states * positions;
const middleDistances = slots + 4 * 64;
const lowDistances = middleDistances + 128;
const lengths = lowDistances + 16;
const repeatedLengths = lengths + lengthSize;

/** Where the probabilities of what are. */
export const places = {
  isMatch,
  isRepeated,
  isNotNewest,
  isNotSecond,
  isNotThird,
  /** Whether a match at the newest distance is longer than one byte. */
  isNotShort,
  slots,
  middleDistances,
  lowDistances,
  lengths,
  repeatedLengths,
  literals: repeatedLengths + lengthSize,
} as const;

/** Distances from this slot on have their lowest four bits modelled, and those above not. */
export const firstLongSlot = 14;
export const shortestMatch = 2;

export const afterLiteral: Uint8Array = Uint8Array.of(0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5);
/** A literal after one of these stands where a match could not go on, which its model makes use of. */
export const isAfterMatch = (state: number): boolean => state >= 7;
export const afterMatch = (state: number): number => (state < 7 ? 7 : 10);
export const afterRepeated = (state: number): number => (state < 7 ? 8 : 11);
export const afterShort = (state: number): number => (state < 7 ? 9 : 11);
/** Of the slots of a distance, one of four sets, by the length of the match. */
export const slotsFor = (length: number): number => places.slots + Math.min(length - shortestMatch, 3) * 64;
