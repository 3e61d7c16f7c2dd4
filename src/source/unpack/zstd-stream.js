// @ts-check
import { Decompress } from 'fzstd';
import { Xxh64 } from './xxh64.js';

/** Larger windows need `zstd --long` to be made, and `zstd -d` refuses them too unless told otherwise. */
const windowLimit = 128 * 1024 * 1024;
const blockLimit = 128 * 1024;

/**
 * Decodes .zst with any number of frames (RFC 8878). fzstd decodes blocks but checks neither content sizes nor
 * checksums nor bounds, so frames are taken apart here, and only sound blocks reach it.
 *
 * @param {AsyncIterable<Uint8Array>} source
 */
export async function* decodeZstd(source) {
  const input = new Input(source);
  let frames = 0;
  while (!(await input.ended())) {
    const magic = (await input.take(4)).readUInt32LE();
    if (magic >>> 4 === 0x184d2a5) {
      await input.skip((await input.take(4)).readUInt32LE());
      continue;
    }
    if (magic !== 0xfd2fb528) throw new Error('something else follows its end');
    yield* decodeFrame(input, magic);
    frames++;
  }
  if (frames === 0) throw new Error('it ends too early');
}

/** @param {Input} input @param {number} magic */
async function* decodeFrame(input, magic) {
  const header = await readHeader(input);
  /** @type {Uint8Array[]} */
  const output = [];
  const decoder = new Decompress((piece) => output.push(piece));
  const hash = new Xxh64();
  const start = Buffer.alloc(4);
  start.writeUInt32LE(magic);
  let pending = [start, header.bytes];
  let size = 0;
  for (let last = false; !last; ) {
    const block = await readBlock(input, Math.min(blockLimit, header.window));
    last = block.last;
    const checksum = last && header.checksum ? await input.take(4) : Buffer.alloc(0);
    decoder.push(Buffer.concat([...pending, block.bytes, checksum]), last);
    pending = [];
    for (const piece of output.splice(0)) {
      hash.update(piece);
      size += piece.length;
      if (piece.length > 0) yield piece;
    }
    if (checksum.length > 0 && checksum.readUInt32LE() !== hash.digest()) {
      throw new Error('its checksum is wrong');
    }
  }
  if (header.contentSize !== undefined && header.contentSize !== size) {
    throw new Error('its content is not as long as it says');
  }
}

/** @param {Input} input */
async function readHeader(input) {
  const descriptor = await input.take(1);
  const flags = descriptor.readUInt8();
  if (flags & 0x08) throw new Error('its header is damaged');
  const single = (flags & 0x20) !== 0;
  const windowByte = await input.take(single ? 0 : 1);
  const dictionary = await input.take([0, 1, 2, 4][flags & 3] ?? 0);
  if (dictionary.some((byte) => byte !== 0)) throw new Error('it needs a dictionary to be unpacked');
  const sizeField = await input.take([single ? 1 : 0, 2, 4, 8][flags >>> 6] ?? 0);
  const contentSize = readContentSize(sizeField);
  const window = single ? (contentSize ?? 0) : windowSize(windowByte.readUInt8());
  if (window > windowLimit) {
    throw new Error('it was packed with a window of more than 128 MiB; pack it without --long or --ultra');
  }
  const bytes = Buffer.concat([descriptor, windowByte, dictionary, sizeField]);
  return { bytes, window, contentSize, checksum: (flags & 0x04) !== 0 };
}

/** @param {Buffer} field */
function readContentSize(field) {
  if (field.length === 0) return undefined;
  if (field.length === 2) return field.readUInt16LE() + 256;
  return field.length === 8 ? Number(field.readBigUInt64LE()) : field.readUIntLE(0, field.length);
}

/** @param {number} byte five bits of exponent, three of mantissa */
function windowSize(byte) {
  const base = 2 ** (10 + (byte >>> 3));
  return base + (base / 8) * (byte & 7);
}

/** @param {Input} input @param {number} limit */
async function readBlock(input, limit) {
  const header = await input.take(3);
  const bits = header.readUIntLE(0, 3);
  const type = (bits >>> 1) & 3;
  const size = bits >>> 3;
  if (type === 3 || size > limit) throw new Error('its content is corrupt');
  const content = await input.take(type === 1 ? 1 : size);
  return { last: (bits & 1) !== 0, bytes: Buffer.concat([header, content]) };
}

/** Bytes taken from a stream by number. */
class Input {
  #chunks;
  /** @type {Buffer} */
  #rest = Buffer.alloc(0);

  /** @param {AsyncIterable<Uint8Array>} source */
  constructor(source) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async ended() {
    return !(await this.#fill(1));
  }

  /** Exactly `count` bytes. @param {number} count */
  async take(count) {
    if (!(await this.#fill(count))) throw new Error('it ends too early');
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  /** @param {number} count */
  async skip(count) {
    for (let left = count; left > 0; ) {
      if (!(await this.#fill(1))) throw new Error('it ends too early');
      const step = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(step);
      left -= step;
    }
  }

  /** @param {number} count @returns whether there are as many */
  async #fill(count) {
    const pieces = [this.#rest];
    let length = this.#rest.length;
    while (length < count) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      pieces.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      length += value.length;
    }
    if (pieces.length > 1) this.#rest = Buffer.concat(pieces, length);
    return length >= count;
  }
}
