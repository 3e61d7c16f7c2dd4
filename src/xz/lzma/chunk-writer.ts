import { coded, largestPlain, plain, resets } from './chunks.ts';
import { Model } from './model.ts';
import { RangeEncoder } from './range-encoder.ts';
import { SymbolEncoder } from './symbol-encoder.ts';
import { largestChunk } from './symbols.ts';

/** Of the bytes of a coded chunk, its header left out. */
const mostBytes = 2 ** 16;
/** More than any symbol takes: a match has 22 bits of up to 6.1 bits and 26 of one. */
const longestSymbol = 32;

/** Writes chunks of a block, one behind the other. */
export class ChunkWriter {
  readonly #data: Uint8Array;
  readonly #written: Uint8Array[] = [];
  readonly #model = new Model();
  readonly #bits = new RangeEncoder(this.#model.probabilities, new Uint8Array(mostBytes));
  readonly #symbols = new SymbolEncoder(this.#model, this.#bits);
  /** The chunk that is being written: where its data begins and ends. */
  #start: number;
  #end: number;
  /** What the next coded chunk has to do first. */
  #needsDictionary: boolean;
  #needsModel = true;
  #needsProperties = true;

  /** @param data of the block, which is read where symbols are written. */
  constructor(data: Uint8Array, position = 0) {
    this.#data = data;
    this.#start = this.#end = position;
    this.#needsDictionary = position === 0;
  }

  /** Has the decoder of what follows know nothing but the bytes before it. */
  restart(): void {
    this.#endChunk();
    this.#needsModel = this.#needsProperties = true;
  }

  /** What the symbols that follow are modelled by, as in `Model`. */
  setProperties(properties: number): void {
    if (!this.#needsProperties && properties === this.#model.properties) return;
    this.#endChunk();
    this.#model.setProperties(properties);
    this.#needsProperties = true;
    this.#needsModel = true;
  }

  /** The next byte. */
  literal(): void {
    this.#begin(1);
    this.#symbols.literal(this.#data, this.#end);
    this.#end++;
  }

  /** The next bytes, which are those `distance` before them. A single one is a match at the newest distance only. */
  match(length: number, distance: number): void {
    this.#begin(length);
    if (length === 1 && distance !== this.#model.distances[0]) this.#symbols.literal(this.#data, this.#end);
    else this.#symbols.match(this.#end, length, distance);
    this.#end += length;
  }

  /** The next bytes, as they are. */
  plain(length: number): void {
    this.#endChunk();
    this.#writePlain(length);
  }

  /** All that was written: pieces that belong one behind the other, some of them of `data` itself. */
  finish(): readonly Uint8Array[] {
    this.#endChunk();
    return this.#written;
  }

  /** Sees to it that there is a chunk with room for a symbol. */
  #begin(length: number): void {
    if (this.#end > this.#start) {
      const isFull =
        this.#bits.length + longestSymbol > mostBytes || this.#end - this.#start + length > largestChunk;
      if (!isFull) return;
      this.#endChunk();
    }
    if (this.#needsModel) this.#model.reset();
    this.#bits.start();
  }

  #endChunk(): void {
    const length = this.#end - this.#start;
    if (length === 0) return;
    const body = this.#bits.finish();
    if (body.length >= length && length <= largestPlain) {
      this.#end = this.#start;
      this.#writePlain(length);
      return;
    }
    const { all, modelAndProperties, model, nothing } = resets;
    const needed = this.#needsProperties ? modelAndProperties : this.#needsModel ? model : nothing;
    const reset = this.#needsDictionary ? all : needed;
    const control = coded | (reset << 5) | ((length - 1) >> 16);
    const properties = reset >= modelAndProperties ? [this.#model.properties] : [];
    this.#written.push(
      Buffer.of(control, ...inTwoBytes(length - 1), ...inTwoBytes(body.length - 1), ...properties),
      body.slice(),
    );
    this.#start = this.#end;
    this.#needsDictionary = this.#needsModel = this.#needsProperties = false;
  }

  #writePlain(length: number): void {
    for (let left = length; left > 0; left -= largestPlain) {
      const size = Math.min(left, largestPlain);
      const control = this.#needsDictionary ? plain.withDictionaryReset : plain.without;
      const bytes = this.#data.subarray(this.#end, this.#end + size);
      this.#written.push(Buffer.of(control, ...inTwoBytes(size - 1)), bytes);
      this.#end += size;
      this.#needsDictionary = false;
    }
    this.#start = this.#end;
    // As xz does, whose decoder is not the only one: behind such a chunk all starts anew.
    this.#needsModel = true;
  }
}

function inTwoBytes(value: number): readonly [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}
