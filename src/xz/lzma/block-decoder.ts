import { check } from '../fault.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import { type Chunk, chunksOf } from './chunks.ts';
import type { Model } from './model.ts';
import { type Symbols, symbolsOfChunk } from './symbols.ts';

/** A chunk that has been decoded. */
export interface DecodedChunk {
  readonly chunk: Chunk;
  /** Of its data in that of the block. */
  readonly position: number;
  /** Nothing, where the chunk is plain. */
  readonly symbols: Symbols;
}

export interface BlockData {
  /** Of the size of the block. Chunk by chunk, its bytes become those of the block. */
  readonly data: Uint8Array;
  /** How far back a match may reach, bytes. */
  readonly dictionary: number;
}

/** Decodes the LZMA2 data of a block. */
export class BlockDecoder {
  readonly #chunks = new ChunkDecoder();

  /** As it is behind the chunk that came last, and before the next one resets it. */
  get model(): Model {
    return this.#chunks.model;
  }

  /**
   * Decodes chunk by chunk. What is given of one is good until the next.
   * @throws XzFault also where there is more or less than the size of the block, or a second dictionary
   */
  *decode(bytes: Uint8Array, { data, dictionary }: BlockData): Generator<DecodedChunk> {
    const symbols = symbolsOfChunk();
    let position = 0;
    let hasProperties = false;
    for (const chunk of chunksOf(bytes)) {
      const { body, size, isPlain, resetsDictionary, resetsModel, properties } = chunk;
      check(resetsDictionary === (position === 0), 'a block has not one dictionary');
      check(position + size <= data.length, 'a block holds more than it should');
      if (properties !== undefined) {
        check(this.model.setProperties(properties), 'the properties of a chunk are unknown');
        hasProperties = true;
      }
      if (resetsModel) this.model.reset();
      symbols.count = 0;
      if (isPlain) {
        data.set(body, position);
      } else {
        check(hasProperties, 'a chunk has no properties');
        this.#chunks.decode(body, { data, position, length: size, dictionary }, symbols);
      }
      yield { chunk, position, symbols };
      position += size;
    }
    check(position === data.length, 'a block holds less than it should');
  }
}
