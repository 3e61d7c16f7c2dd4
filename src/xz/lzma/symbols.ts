/** Most bytes that one chunk becomes. */
export const largestChunk: number = 2 ** 21;

/** The symbols of a chunk in their order: what LZMA has in place of bytes. */
export interface Symbols {
  readonly count: number;
  /** In bytes of the data: 1 for a literal and for a short match, 2 to 273 for others. */
  readonly lengths: Uint16Array;
  /** How far before it lies what a match repeats, 1 and up; 0 for a literal. */
  readonly distances: Uint32Array;
}

/** Room for the symbols of any chunk. What is not used of it takes no memory. */
export function symbolsOfChunk(): Symbols {
  return { count: 0, lengths: new Uint16Array(largestChunk), distances: new Uint32Array(largestChunk) };
}

/** What a chunk says, or some of it. */
export interface Stretch {
  /** Of its data in that of the block, and of how many bytes; bytes. */
  readonly position: number;
  readonly size: number;
  /** The data is there as it is, without symbols. */
  readonly isPlain: boolean;
  /** New ones of the model, which its symbols are the first to have. */
  readonly properties: number | undefined;
  readonly symbols: Symbols;
}

/** Cuts a stretch at the multiples of `every` bytes of the block. What is given of it is good until the next. */
export function* cut(whole: Stretch, every: number): Generator<Stretch> {
  let rest = whole;
  for (let size = every - (rest.position % every); size < rest.size; size = every) {
    const { position, symbols } = rest;
    const { lengths, distances } = symbols;
    const { index, inside } = rest.isPlain ? { index: 0, inside: 0 } : symbolAt(symbols, size);
    const length = lengths[index]!;
    lengths[index] = inside;
    yield { ...rest, size, symbols: { count: index + (inside > 0 ? 1 : 0), lengths, distances } };
    lengths[index] = length - inside;
    rest = {
      ...{ position: position + size, size: rest.size - size, isPlain: rest.isPlain, properties: undefined },
      symbols: {
        count: symbols.count - index,
        lengths: lengths.subarray(index),
        distances: distances.subarray(index),
      },
    };
  }
  yield rest;
}

/** The symbol that has the byte `at` bytes from the first one's, and how many bytes of it are before that. */
function symbolAt({ lengths }: Symbols, at: number): { readonly index: number; readonly inside: number } {
  let index = 0;
  let inside = at;
  while (inside >= lengths[index]!) {
    inside -= lengths[index]!;
    index++;
  }
  return { index, inside };
}
