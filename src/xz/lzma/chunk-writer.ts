import { type Chunk, coded, endOfChunks, largestPlain, plain, resets } from './chunks.ts';
import { Model } from './model.ts';
import { RangeEncoder } from './range-encoder.ts';
import { SymbolEncoder } from './symbol-encoder.ts';
import { largestChunk } from './symbols.ts';

/** Of the bytes of a coded chunk, its header left out. */
const mostBytes = 2 ** 16;
/** More than any symbol takes: a match has 22 bits of up to 6.1 bits and 26 of one. */
const longestSymbol = 32;

/** Writes the chunks of a block, one behind the other. */
export class ChunkWriter {
  readonly #data: Uint8Array;
  readonly #written: Uint8Array[] = [];
  readonly #model = new Model();
  readonly #bits = new RangeEncoder(this.#model.probabilities, new Uint8Array(mostBytes));
  readonly #symbols = new SymbolEncoder(this.#model, this.#bits);
  /** The chunk that is being written: where its data begins and ends. */
  #start = 0;
  #end = 0;
  /** What the next coded chunk has to do first. */
  #needsDictionary = true;
  #needsModel = true;
  #needsProperties = true;

  /** Of a block with this data. */
  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** The distance that costs least. */
  get newestDistance(): number {
    return this.#model.distances[0]!;
  }

  /** Takes a chunk over as it is, with the model behind it; only before any symbol. */
  copy({ bytes, size, isPlain, properties }: Chunk, model: Model): void {
    this.#written.push(bytes);
    this.#start += size;
    this.#end += size;
    this.#model.copy(model);
    this.#needsDictionary = false;
    this.#needsModel = isPlain;
    if (properties !== undefined) this.#needsProperties = false;
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

  /** The next bytes, which are those `distance` before them; a single one only at the newest distance. */
  match(length: number, distance: number): void {
    this.#begin(length);
    this.#symbols.match(this.#end, length, distance);
    this.#end += length;
  }

  /** The next bytes, as they are. */
  plain(length: number): void {
    this.#endChunk();
    this.#writePlain(length);
  }

  /** All that was written, and the end: pieces that belong one behind the other. */
  finish(): readonly Uint8Array[] {
    this.#endChunk();
    return [...this.#written, Uint8Array.of(endOfChunks)];
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
      const bytes = this.#data.slice(this.#end, this.#end + size);
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
