/** Most bytes that one chunk becomes. */
export const largestChunk: number = 2 ** 21;

/** The symbols of a chunk in their order: what LZMA has in place of bytes. */
export interface Symbols {
  count: number;
  /** In bytes of the data: 1 for a literal and for a short match, 2 to 273 for others. */
  readonly lengths: Uint16Array;
  /** How far before it lies what a match repeats, 1 and up; 0 for a literal. */
  readonly distances: Uint32Array;
}

/** Room for the symbols of any chunk. What is not used of it takes no memory. */
export function symbolsOfChunk(): Symbols {
  return { count: 0, lengths: new Uint16Array(largestChunk), distances: new Uint32Array(largestChunk) };
}
