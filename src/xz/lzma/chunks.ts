import { check } from '../fault.ts';

/**
 * A chunk of LZMA2 data: a control byte, sizes, perhaps properties, and bytes of LZMA or the data as it is. There is
 * no specification but XZ Embedded (xz_dec_lzma2.c).
 */
export interface Chunk {
  /** All of it, header included. */
  readonly bytes: Uint8Array;
  /** Behind the header. */
  readonly body: Uint8Array;
  /** Of its data, bytes. */
  readonly size: number;
  /** The data as it is. */
  readonly isPlain: boolean;
  /** Nothing before it may be repeated. */
  readonly resetsDictionary: boolean;
  readonly resetsModel: boolean;
  /** New ones, where it has such. */
  readonly properties?: number;
}

export const endOfChunks = 0x00;
/** Control bytes. */
export const plain = { withDictionaryReset: 0x01, without: 0x02 } as const;
export const coded = 0x80;
/** What the model does, in bits 5 and 6 of the control byte of a coded chunk. */
export const resets = { nothing: 0, model: 1, modelAndProperties: 2, all: 3 } as const;
export const plainHeader = 3;
export const codedHeader = 5;
export const largestPlain: number = 2 ** 16;

/**
 * The chunks of LZMA2 data, which must end where its end is marked.
 * @throws XzFault
 */
export function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  let at = 0;
  for (let control = bytes[0]; control !== endOfChunks; control = bytes[at]) {
    check(control !== undefined, 'the end of a block is missing');
    const chunk = chunkAt(bytes, at, control);
    yield chunk;
    at += chunk.bytes.length;
  }
  check(at + 1 === bytes.length, 'a block goes on behind its end');
}

function chunkAt(bytes: Uint8Array, at: number, control: number): Chunk {
  const number = (index: number): number => ((bytes[at + index] ?? 0) << 8) | (bytes[at + index + 1] ?? 0);
  const cut = (header: number, length: number) => {
    check(at + header + length <= bytes.length, 'a chunk is cut off');
    const chunk = bytes.subarray(at, at + header + length);
    return { bytes: chunk, body: chunk.subarray(header) };
  };
  if (control < coded) {
    check(control <= plain.without, 'a chunk is of an unknown kind');
    const size = number(1) + 1;
    const resetsDictionary = control === plain.withDictionaryReset;
    return { ...cut(plainHeader, size), size, isPlain: true, resetsDictionary, resetsModel: false };
  }
  const reset = (control >> 5) & 3;
  const properties = reset >= resets.modelAndProperties ? bytes[at + codedHeader] : undefined;
  return {
    ...cut(codedHeader + (properties === undefined ? 0 : 1), number(3) + 1),
    size: ((control & 0x1f) << 16) + number(1) + 1,
    isPlain: false,
    resetsDictionary: reset === resets.all,
    resetsModel: reset !== resets.nothing,
    ...(properties !== undefined && { properties }),
  };
}

/**
 * Bytes that a match may reach back, as the filter flags [5.3.1] say it.
 * @throws XzFault
 */
export function dictionarySize(filter: Uint8Array): number {
  const code = filter[2];
  check(
    filter.length === 3 && code !== undefined && code <= 40,
    'the dictionary of a block is of unknown size',
  );
  return code === 40 ? 2 ** 32 - 1 : (2 | (code & 1)) * 2 ** ((code >> 1) + 11);
}
