import { check } from '../fault.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import type { Chunk } from './chunks.ts';
import { type Stretch, type Symbols, symbolsOfChunk } from './symbols.ts';

export interface BlockData {
  /** Of the size of the block. Chunk by chunk, its bytes become those of the block. */
  readonly data: Uint8Array;
  /** How far back a match may reach, bytes. */
  readonly dictionary: number;
  /** Where the chunks begin and end in the data; what they refer to before it is there. @default all of it */
  readonly from?: number;
  readonly to?: number;
}

/** Decodes the LZMA2 data of blocks. */
export class BlockDecoder {
  readonly #chunks = new ChunkDecoder();
  readonly #room = symbolsOfChunk();

  /**
   * Decodes chunk by chunk. What is given of one is good until the next.
   * @throws XzFault also where there is more or less than the size of the block, or a second dictionary
   */
  *decode(
    chunks: Iterable<Chunk>,
    { data, dictionary, from = 0, to = data.length }: BlockData,
  ): Generator<Stretch> {
    const { model } = this.#chunks;
    let position = from;
    let hasProperties = false;
    for (const { body, size, isPlain, resetsDictionary, resetsModel, properties } of chunks) {
      check(resetsDictionary === (position === 0), 'a block has not one dictionary');
      check(position + size <= to, 'a block holds more than it should');
      if (properties !== undefined) {
        check(model.setProperties(properties), 'the properties of a chunk are unknown');
        hasProperties = true;
      }
      if (resetsModel) model.reset();
      if (isPlain) data.set(body, position);
      else check(hasProperties, 'a chunk has no properties');
      const target = { data, position, length: size, dictionary };
      const symbols: Symbols = isPlain
        ? { ...this.#room, count: 0 }
        : this.#chunks.decode(body, target, this.#room);
      yield { position, size, isPlain, properties, symbols };
      position += size;
    }
    check(position === to, 'a block holds less than it should');
  }
}
