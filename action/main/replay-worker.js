// Made of src/ by `npm run generate`. Do not edit.
import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);

// src/output/xz/replay-worker.ts
import { parentPort } from "node:worker_threads";

// src/xz/fault.ts
var XzFault = class extends Error {
  name = "XzFault";
};
function check(holds, message) {
  if (!holds) throw new XzFault(message);
}
function unlessFault(parse) {
  try {
    return parse();
  } catch (error) {
    if (error instanceof XzFault) return void 0;
    throw error;
  }
}

// src/xz/container.ts
import zlib from "node:zlib";

// src/xz/numbers.ts
function encodeNumber(value) {
  const bytes = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push(left % 128 | 128);
  return Uint8Array.of(...bytes, left);
}
function decodeNumber(bytes, at) {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes[at + index];
    if (byte === void 0) break;
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128 && Number.isSafeInteger(value)) return { value, end: at + index + 1 };
  }
  throw new XzFault("a number is cut off or too large");
}

// src/xz/container.ts
var magic = Uint8Array.of(253, 55, 122, 88, 90, 0);
var footerMagic = Uint8Array.of(89, 90);
var streamFlags = Uint8Array.of(0, 4);
var checkSize = 8;
var streamHeader = streamHeaderWith(streamFlags);
function streamHeaderWith(flags) {
  return Buffer.concat([magic, flags, crc32(flags)]);
}
function padded(bytes) {
  return Buffer.concat([bytes, new Uint8Array(-bytes.length & 3)]);
}
function crc32(bytes) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(zlib.crc32(bytes));
  return sum;
}

// src/xz/block-header.ts
var lzma2 = 33;
var numberOfFilters = 3;
var reserved = 60;
var tellsDataSize = 64;
var tellsSize = 128;
function parseBlockHeader(bytes) {
  const first = bytes[0] ?? 0;
  const length = (first + 1) * 4;
  check(first !== 0 && length <= bytes.length, "a block does not start with a header");
  const header = bytes.subarray(0, length - 4);
  check(crc32(header).equals(bytes.subarray(length - 4, length)), "the header of a block is damaged");
  const flags = header[1] ?? 0;
  check((flags & (numberOfFilters | reserved)) === 0, "a block has several filters");
  let at = 2;
  const next = () => {
    const { value, end: end2 } = decodeNumber(header, at);
    at = end2;
    return value;
  };
  const dataSize = flags & tellsDataSize ? next() : void 0;
  const size = flags & tellsSize ? next() : void 0;
  const start = at;
  const filterId = next();
  const end = next() + at;
  check(end <= header.length, "the header of a block is damaged");
  return {
    ...{ length, filterId, filter: header.subarray(start, end) },
    ...dataSize !== void 0 && { dataSize },
    ...size !== void 0 && { size }
  };
}
function composeBlock({ data: data2, size, filter, check: sum }) {
  const flags = tellsDataSize | tellsSize;
  const dataSize = data2.reduce((sum2, { length }) => sum2 + length, 0);
  const fields = padded(
    Buffer.concat([Uint8Array.of(0, flags), encodeNumber(dataSize), encodeNumber(size), filter])
  );
  fields[0] = fields.length / 4;
  const header = Buffer.concat([fields, crc32(fields)]);
  return {
    bytes: Buffer.concat([header, ...data2, new Uint8Array(-dataSize & 3), sum]),
    unpaddedSize: header.length + dataSize + sum.length,
    size
  };
}

// src/xz/crc64.ts
var polynomial = { low: 3615952706, high: 3379320725 };
var slices = 8;
var lows = new Uint32Array(slices * 256);
var highs = new Uint32Array(slices * 256);
for (let byte = 0; byte < 256; byte++) {
  let [low2, high] = [byte, 0];
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = low2 & 1;
    low2 = low2 >>> 1 | high << 31;
    high >>>= 1;
    if (isOdd) [low2, high] = [low2 ^ polynomial.low, high ^ polynomial.high];
  }
  lows[byte] = low2;
  highs[byte] = high;
}
for (let index = 256; index < slices * 256; index++) {
  const [low2, high] = [lows[index - 256], highs[index - 256]];
  lows[index] = (low2 >>> 8 | high << 24) ^ lows[low2 & 255];
  highs[index] = high >>> 8 ^ highs[low2 & 255];
}
function crc64(bytes) {
  const { length } = bytes;
  let [low2, high] = [-1, -1];
  let at = 0;
  for (; at + slices <= length; at += slices) {
    low2 ^= bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
    high ^= bytes[at + 4] | bytes[at + 5] << 8 | bytes[at + 6] << 16 | bytes[at + 7] << 24;
    const [a, b, c, d] = [
      1792 + (low2 & 255),
      1536 + (low2 >>> 8 & 255),
      1280 + (low2 >>> 16 & 255),
      1024 + (low2 >>> 24)
    ];
    const [e, f, g, h] = [
      768 + (high & 255),
      512 + (high >>> 8 & 255),
      256 + (high >>> 16 & 255),
      high >>> 24
    ];
    low2 = lows[a] ^ lows[b] ^ lows[c] ^ lows[d] ^ lows[e] ^ lows[f] ^ lows[g] ^ lows[h];
    high = highs[a] ^ highs[b] ^ highs[c] ^ highs[d] ^ highs[e] ^ highs[f] ^ highs[g] ^ highs[h];
  }
  for (; at < length; at++) {
    const index = (low2 ^ bytes[at]) & 255;
    low2 = (low2 >>> 8 | high << 24) ^ lows[index];
    high = high >>> 8 ^ highs[index];
  }
  const sum = Buffer.alloc(8);
  sum.writeInt32LE(~low2);
  sum.writeInt32LE(~high, 4);
  return sum;
}

// src/xz/lzma/chunks.ts
var endOfChunks = 0;
var plain = { withDictionaryReset: 1, without: 2 };
var coded = 128;
var resets = { nothing: 0, model: 1, modelAndProperties: 2, all: 3 };
var plainHeader = 3;
var codedHeader = 5;
var largestPlain = 2 ** 16;
function* chunksOf(bytes) {
  let at = 0;
  for (let control = bytes[0]; control !== endOfChunks; control = bytes[at]) {
    check(control !== void 0, "the end of a block is missing");
    const chunk = chunkAt(bytes, at, control);
    yield chunk;
    at += chunk.bytes.length;
  }
  check(at + 1 === bytes.length, "a block goes on behind its end");
}
function chunkAt(bytes, at, control) {
  const number = (index) => (bytes[at + index] ?? 0) << 8 | (bytes[at + index + 1] ?? 0);
  const cut = (header, length) => {
    check(at + header + length <= bytes.length, "a chunk is cut off");
    const chunk = bytes.subarray(at, at + header + length);
    return { bytes: chunk, body: chunk.subarray(header) };
  };
  if (control < coded) {
    check(control <= plain.without, "a chunk is of an unknown kind");
    const size = number(1) + 1;
    const resetsDictionary = control === plain.withDictionaryReset;
    return { ...cut(plainHeader, size), size, isPlain: true, resetsDictionary, resetsModel: false };
  }
  const reset = control >> 5 & 3;
  const properties = reset >= resets.modelAndProperties ? bytes[at + codedHeader] : void 0;
  return {
    ...cut(codedHeader + (properties === void 0 ? 0 : 1), number(3) + 1),
    size: ((control & 31) << 16) + number(1) + 1,
    isPlain: false,
    resetsDictionary: reset === resets.all,
    resetsModel: reset !== resets.nothing,
    ...properties !== void 0 && { properties }
  };
}
function dictionarySize(filter) {
  const code2 = filter[2];
  check(
    filter.length === 3 && code2 !== void 0 && code2 <= 40,
    "the dictionary of a block is of unknown size"
  );
  return code2 === 40 ? 2 ** 32 - 1 : (2 | code2 & 1) * 2 ** ((code2 >> 1) + 11);
}

// src/xz/lzma/model.ts
var Model = class {
  /** Of a bit being 0, of 2048, each at its place below. */
  probabilities = new Uint16Array(places.literals + (literalBits << 4));
  /** Kinds of the last symbols, 0 to 11; below 7 the last one was a literal. */
  state = 0;
  /** The last four distances, the newest first. */
  distances = new Uint32Array(4);
  /** Bits of the byte before that a literal depends on. */
  literalContextBits = 0;
  /** Masks of the position in the block: what literals, and what the others depend on. */
  literalPositionMask = 0;
  positionMask = 0;
  constructor() {
    this.reset();
  }
  /** Forgets the symbols so far; the properties stay. */
  reset() {
    this.probabilities.fill(1 << probabilityBits - 1);
    this.distances.fill(1);
    this.state = 0;
  }
  /** @returns false where a byte is not one of LZMA2 properties: lc + lp up to 4, pb up to 4 */
  setProperties(byte) {
    const contextBits = byte % 9;
    const positionBits = Math.floor(byte / 9) % 5;
    if (byte >= 9 * 5 * 5 || contextBits + positionBits > 4) return false;
    this.literalContextBits = contextBits;
    this.literalPositionMask = (1 << positionBits) - 1;
    this.positionMask = (1 << Math.floor(byte / 45)) - 1;
    return true;
  }
  /** As `setProperties` takes them. */
  get properties() {
    const positionBits = Math.log2(this.literalPositionMask + 1);
    return (Math.log2(this.positionMask + 1) * 5 + positionBits) * 9 + this.literalContextBits;
  }
  /** Becomes what another one is. */
  copy(other) {
    this.probabilities.set(other.probabilities);
    this.distances.set(other.distances);
    this.state = other.state;
    this.literalContextBits = other.literalContextBits;
    this.literalPositionMask = other.literalPositionMask;
    this.positionMask = other.positionMask;
  }
  /** Where the probabilities of a literal are: it depends on where it is and on the byte before. */
  literalAt(position, before) {
    const context = before >> 8 - this.literalContextBits;
    const index = ((position & this.literalPositionMask) << this.literalContextBits) + context;
    return places.literals + index * literalBits;
  }
  /** Makes the distance at `index` of the last four the newest. */
  promote(index) {
    const { distances } = this;
    const distance = distances[index];
    for (let at = index; at > 0; at--) distances[at] = distances[at - 1];
    distances[0] = distance;
  }
  /** A distance that is none of the last four. */
  remember(distance) {
    this.distances[3] = distance;
    this.promote(3);
  }
};
var probabilityBits = 11;
var movesBy = 5;
var states = 12;
var positions = 16;
var literalBits = 768;
var lengthBits = { choice: 0, longChoice: 1, low: 2, middle: 2 + 8 * positions, high: 2 + 16 * positions };
var lengthSize = lengthBits.high + 256;
var inLengths = lengthBits;
var isMatch = 0;
var isRepeated = isMatch + states * positions;
var isNotNewest = isRepeated + states;
var isNotSecond = isNotNewest + states;
var isNotThird = isNotSecond + states;
var isNotShort = isNotThird + states;
var slots = isNotShort + states * positions;
var middleDistances = slots + 4 * 64;
var lowDistances = middleDistances + 128;
var lengths = lowDistances + 16;
var repeatedLengths = lengths + lengthSize;
var places = {
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
  literals: repeatedLengths + lengthSize
};
var firstLongSlot = 14;
var shortestMatch = 2;
var afterLiteral = Uint8Array.of(0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5);
var isAfterMatch = (state) => state >= 7;
var afterMatch = (state) => state < 7 ? 7 : 10;
var afterRepeated = (state) => state < 7 ? 8 : 11;
var afterShort = (state) => state < 7 ? 9 : 11;
var slotsFor = (length) => places.slots + Math.min(length - shortestMatch, 3) * 64;

// src/xz/lzma/range-decoder.ts
var least = 2 ** 24;
var range = 0;
var code = 1;
var headBytes = 5;
var RangeDecoder = class {
  #probabilities;
  /** Range and code, which need all of 32 bits: a field of an object would make an allocation of each change. */
  #registers = new Uint32Array(2);
  #input = new Uint8Array(0);
  #at = 0;
  constructor(probabilities) {
    this.#probabilities = probabilities;
  }
  /** @throws XzFault */
  start(input) {
    check(input.length >= headBytes && input[0] === 0, "a chunk does not start as it should");
    this.#registers[range] = 4294967295;
    this.#registers[code] = new DataView(input.buffer, input.byteOffset).getUint32(1);
    this.#input = input;
    this.#at = headBytes;
  }
  /** @throws XzFault where there were more bits than bytes, or less */
  finish() {
    this.#normalize();
    check(
      this.#registers[code] === 0 && this.#at === this.#input.length,
      "a chunk does not end as it should"
    );
  }
  /** 0 or 1, by the probability at this place, which it moves. */
  bit(place) {
    this.#normalize();
    const registers = this.#registers;
    const all = registers[range];
    const value = registers[code];
    const probability = this.#probabilities[place];
    const bound = Math.imul(all >>> probabilityBits, probability) >>> 0;
    if (value < bound) {
      registers[range] = bound;
      this.#probabilities[place] = probability + ((1 << probabilityBits) - probability >> movesBy);
      return 0;
    }
    registers[range] = all - bound;
    registers[code] = value - bound;
    this.#probabilities[place] = probability - (probability >> movesBy);
    return 1;
  }
  /** Bits from the highest to the lowest, each by those before it. */
  tree(place, bits) {
    let node = 1;
    for (let left = bits; left > 0; left--) node = node << 1 | this.bit(place + node);
    return node - (1 << bits);
  }
  /** The same from the lowest to the highest. */
  reverseTree(place, bits) {
    let node = 1;
    let value = 0;
    for (let index = 0; index < bits; index++) {
      const bit = this.bit(place + node);
      node = node << 1 | bit;
      value |= bit << index;
    }
    return value;
  }
  /** Bits that are as likely 0 as 1. */
  direct(bits) {
    const registers = this.#registers;
    let value = 0;
    for (let left = bits; left > 0; left--) {
      this.#normalize();
      const half = registers[range] >>> 1;
      registers[range] = half;
      const isOne = registers[code] >= half;
      if (isOne) registers[code] -= half;
      value = value << 1 | (isOne ? 1 : 0);
    }
    return value;
  }
  #normalize() {
    const registers = this.#registers;
    if (registers[range] >= least) return;
    registers[range] <<= 8;
    registers[code] = registers[code] << 8 | (this.#input[this.#at++] ?? 0);
  }
};

// src/xz/lzma/chunk-decoder.ts
var ChunkDecoder = class {
  model = new Model();
  #bits = new RangeDecoder(this.model.probabilities);
  /**
   * Decodes a chunk into bytes and symbols.
   * @throws XzFault
   */
  decode(input, { data: data2, position, length, dictionary }, symbols) {
    const bits = this.#bits;
    const { model } = this;
    const { lengths: lengths2, distances } = symbols;
    const end = position + length;
    let count = 0;
    bits.start(input);
    for (let at = position; at < end; count++) {
      const place = (model.state << 4) + (at & model.positionMask);
      if (bits.bit(places.isMatch + place) === 0) {
        data2[at] = this.#literal(data2, at);
        model.state = afterLiteral[model.state];
        lengths2[count] = 1;
        distances[count] = 0;
        at++;
        continue;
      }
      const size = this.#match(at & model.positionMask);
      const distance = model.distances[0];
      check(distance <= at && distance <= dictionary, "a match reaches back too far");
      check(size <= end - at, "a match is longer than its chunk");
      lengths2[count] = size;
      distances[count] = distance;
      for (const last = at + size; at < last; at++) data2[at] = data2[at - distance];
    }
    symbols.count = count;
    bits.finish();
  }
  #literal(data2, at) {
    const bits = this.#bits;
    const { model } = this;
    const place = model.literalAt(at, at > 0 ? data2[at - 1] : 0);
    let node = 1;
    if (isAfterMatch(model.state)) {
      let expected = data2[at - model.distances[0]];
      let isAsExpected = 256;
      do {
        expected <<= 1;
        const bit = bits.bit(place + isAsExpected + (expected & isAsExpected) + node);
        node = node << 1 | bit;
        isAsExpected &= bit === 0 ? ~expected : expected;
      } while (node < 256);
    } else {
      do
        node = node << 1 | bits.bit(place + node);
      while (node < 256);
    }
    return node & 255;
  }
  /** Its length; its distance becomes the newest of the model. */
  #match(positionState) {
    const bits = this.#bits;
    const { model } = this;
    const { state } = model;
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
  #length(place, positionState) {
    const bits = this.#bits;
    if (bits.bit(place + inLengths.choice) === 0) {
      return shortestMatch + bits.tree(place + inLengths.low + (positionState << 3), 3);
    }
    if (bits.bit(place + inLengths.longChoice) === 0) {
      return shortestMatch + 8 + bits.tree(place + inLengths.middle + (positionState << 3), 3);
    }
    return shortestMatch + 16 + bits.tree(place + inLengths.high, 8);
  }
  #distance(length) {
    const bits = this.#bits;
    const slot = bits.tree(slotsFor(length), 6);
    if (slot < 4) return slot + 1;
    const lowBits = (slot >> 1) - 1;
    const base = (2 | slot & 1) << lowBits;
    if (slot < firstLongSlot) {
      return base + bits.reverseTree(places.middleDistances + base - slot, lowBits) + 1;
    }
    const high = bits.direct(lowBits - 4) * 16;
    const distance = (base >>> 0) + high + bits.reverseTree(places.lowDistances, 4) + 1;
    check(distance < 2 ** 32, "a match reaches back too far");
    return distance;
  }
};

// src/xz/lzma/symbols.ts
var largestChunk = 2 ** 21;
function symbolsOfChunk() {
  return { count: 0, lengths: new Uint16Array(largestChunk), distances: new Uint32Array(largestChunk) };
}

// src/xz/lzma/block-decoder.ts
var BlockDecoder = class {
  #chunks = new ChunkDecoder();
  /** As it is behind the chunk that came last, and before the next one resets it. */
  get model() {
    return this.#chunks.model;
  }
  /**
   * Decodes chunk by chunk. What is given of one is good until the next.
   * @throws XzFault also where there is more or less than the size of the block, or a second dictionary
   */
  *decode(bytes, { data: data2, dictionary }) {
    const symbols = symbolsOfChunk();
    let position = 0;
    let hasProperties = false;
    for (const chunk of chunksOf(bytes)) {
      const { body, size, isPlain, resetsDictionary, resetsModel, properties } = chunk;
      check(resetsDictionary === (position === 0), "a block has not one dictionary");
      check(position + size <= data2.length, "a block holds more than it should");
      if (properties !== void 0) {
        check(this.model.setProperties(properties), "the properties of a chunk are unknown");
        hasProperties = true;
      }
      if (resetsModel) this.model.reset();
      symbols.count = 0;
      if (isPlain) {
        data2.set(body, position);
      } else {
        check(hasProperties, "a chunk has no properties");
        this.#chunks.decode(body, { data: data2, position, length: size, dictionary }, symbols);
      }
      yield { chunk, position, symbols };
      position += size;
    }
    check(position === data2.length, "a block holds less than it should");
  }
};

// src/xz/lzma/range-encoder.ts
var least2 = 2 ** 24;
var range2 = 0;
var low = 1;
var RangeEncoder = class {
  #probabilities;
  /** Range, and the lowest 32 bits of the number that the bytes are. */
  #registers = new Uint32Array(2);
  #output;
  #at = 0;
  /** Bytes go to the start of `output`, which has to have room for them. */
  constructor(probabilities, output) {
    this.#probabilities = probabilities;
    this.#output = output;
  }
  start() {
    this.#registers[range2] = 4294967295;
    this.#registers[low] = 0;
    this.#output[0] = 0;
    this.#at = 1;
  }
  /** Bytes that there would be, were it finished now. */
  get length() {
    return this.#at + 4;
  }
  finish() {
    for (let left = 4; left > 0; left--) this.#shift();
    return this.#output.subarray(0, this.#at);
  }
  /** A bit by the probability at this place, which it moves. */
  bit(place, bit) {
    const registers = this.#registers;
    const all = registers[range2];
    const probability = this.#probabilities[place];
    const bound = Math.imul(all >>> probabilityBits, probability) >>> 0;
    if (bit === 0) {
      registers[range2] = bound;
      this.#probabilities[place] = probability + ((1 << probabilityBits) - probability >> movesBy);
    } else {
      registers[range2] = all - bound;
      this.#add(bound);
      this.#probabilities[place] = probability - (probability >> movesBy);
    }
    this.#normalize();
  }
  tree(place, bits, value) {
    let node = 1;
    for (let index = bits - 1; index >= 0; index--) {
      const bit = value >>> index & 1;
      this.bit(place + node, bit);
      node = node << 1 | bit;
    }
  }
  reverseTree(place, bits, value) {
    let node = 1;
    for (let index = 0; index < bits; index++) {
      const bit = value >>> index & 1;
      this.bit(place + node, bit);
      node = node << 1 | bit;
    }
  }
  direct(bits, value) {
    for (let index = bits - 1; index >= 0; index--) {
      const half = this.#registers[range2] >>> 1;
      this.#registers[range2] = half;
      if (value >>> index & 1) this.#add(half);
      this.#normalize();
    }
  }
  #add(value) {
    const sum = this.#registers[low] + value;
    this.#registers[low] = sum;
    if (sum < 2 ** 32) return;
    for (let at = this.#at - 1; ; at--) {
      const carried = this.#output[at] + 1 & 255;
      this.#output[at] = carried;
      if (carried !== 0) return;
    }
  }
  #normalize() {
    if (this.#registers[range2] >= least2) return;
    this.#registers[range2] <<= 8;
    this.#shift();
  }
  #shift() {
    const registers = this.#registers;
    this.#output[this.#at++] = registers[low] >>> 24;
    registers[low] <<= 8;
  }
};

// src/xz/lzma/symbol-encoder.ts
var SymbolEncoder = class {
  #model;
  #bits;
  constructor(model, bits) {
    this.#model = model;
    this.#bits = bits;
  }
  /** The byte at `at`. */
  literal(data2, at) {
    const bits = this.#bits;
    const model = this.#model;
    const { state } = model;
    bits.bit(places.isMatch + (state << 4) + (at & model.positionMask), 0);
    model.state = afterLiteral[state];
    const place = model.literalAt(at, at > 0 ? data2[at - 1] : 0);
    let rest = data2[at] | 256;
    if (isAfterMatch(state)) {
      let expected = data2[at - model.distances[0]];
      let isAsExpected = 256;
      do {
        expected <<= 1;
        const context = isAsExpected + (expected & isAsExpected) + (rest >>> 8);
        rest <<= 1;
        bits.bit(place + context, rest >>> 8 & 1);
        isAsExpected &= ~(expected ^ rest);
      } while (rest < 65536);
    } else {
      do {
        const node = rest >>> 8;
        rest <<= 1;
        bits.bit(place + node, rest >>> 8 & 1);
      } while (rest < 65536);
    }
  }
  /** Bytes from `at` on that are those `distance` before them; a single one only at the newest distance. */
  match(at, length, distance) {
    const bits = this.#bits;
    const model = this.#model;
    const { state, distances } = model;
    const positionState = at & model.positionMask;
    bits.bit(places.isMatch + (state << 4) + positionState, 1);
    const index = indexIn(distances, distance);
    if (index < 0) {
      bits.bit(places.isRepeated + state, 0);
      this.#length(places.lengths, positionState, length);
      this.#distance(length, distance);
      model.remember(distance);
      model.state = afterMatch(state);
      return;
    }
    bits.bit(places.isRepeated + state, 1);
    bits.bit(places.isNotNewest + state, index === 0 ? 0 : 1);
    if (index === 0) {
      bits.bit(places.isNotShort + (state << 4) + positionState, length === 1 ? 0 : 1);
    } else {
      bits.bit(places.isNotSecond + state, index === 1 ? 0 : 1);
      if (index > 1) bits.bit(places.isNotThird + state, index - 2);
      model.promote(index);
    }
    if (length === 1) {
      model.state = afterShort(state);
    } else {
      this.#length(places.repeatedLengths, positionState, length);
      model.state = afterRepeated(state);
    }
  }
  #length(place, positionState, length) {
    const bits = this.#bits;
    const value = length - shortestMatch;
    bits.bit(place + inLengths.choice, value < 8 ? 0 : 1);
    if (value < 8) return bits.tree(place + inLengths.low + (positionState << 3), 3, value);
    bits.bit(place + inLengths.longChoice, value < 16 ? 0 : 1);
    if (value < 16) return bits.tree(place + inLengths.middle + (positionState << 3), 3, value - 8);
    bits.tree(place + inLengths.high, 8, value - 16);
  }
  #distance(length, distance) {
    const bits = this.#bits;
    const value = distance - 1;
    const highest = 31 - Math.clz32(value);
    const slot = value < 4 ? value : highest << 1 | value >>> highest - 1 & 1;
    bits.tree(slotsFor(length), 6, slot);
    if (slot < 4) return;
    const lowBits = highest - 1;
    const base = (2 | slot & 1) << lowBits;
    if (slot < firstLongSlot) {
      return bits.reverseTree(places.middleDistances + base - slot, lowBits, value - base);
    }
    const low2 = value - (base >>> 0) >>> 0;
    bits.direct(lowBits - 4, low2 >>> 4);
    bits.reverseTree(places.lowDistances, 4, low2 & 15);
  }
};
function indexIn(distances, distance) {
  for (let index = 0; index < 4; index++) if (distances[index] === distance) return index;
  return -1;
}

// src/xz/lzma/chunk-writer.ts
var mostBytes = 2 ** 16;
var longestSymbol = 32;
var ChunkWriter = class {
  #data;
  #written = [];
  #model = new Model();
  #bits = new RangeEncoder(this.#model.probabilities, new Uint8Array(mostBytes));
  #symbols = new SymbolEncoder(this.#model, this.#bits);
  /** The chunk that is being written: where its data begins and ends. */
  #start = 0;
  #end = 0;
  /** What the next coded chunk has to do first. */
  #needsDictionary = true;
  #needsModel = true;
  #needsProperties = true;
  /** Of a block with this data. */
  constructor(data2) {
    this.#data = data2;
  }
  /** The distance that costs least. */
  get newestDistance() {
    return this.#model.distances[0];
  }
  /** Takes a chunk over as it is, with the model behind it; only before any symbol. */
  copy({ bytes, size, isPlain, properties }, model) {
    this.#written.push(bytes);
    this.#start += size;
    this.#end += size;
    this.#model.copy(model);
    this.#needsDictionary = false;
    this.#needsModel = isPlain;
    if (properties !== void 0) this.#needsProperties = false;
  }
  /** What the symbols that follow are modelled by, as in `Model`. */
  setProperties(properties) {
    if (!this.#needsProperties && properties === this.#model.properties) return;
    this.#endChunk();
    this.#model.setProperties(properties);
    this.#needsProperties = true;
    this.#needsModel = true;
  }
  /** The next byte. */
  literal() {
    this.#begin(1);
    this.#symbols.literal(this.#data, this.#end);
    this.#end++;
  }
  /** The next bytes, which are those `distance` before them; a single one only at the newest distance. */
  match(length, distance) {
    this.#begin(length);
    this.#symbols.match(this.#end, length, distance);
    this.#end += length;
  }
  /** The next bytes, as they are. */
  plain(length) {
    this.#endChunk();
    this.#writePlain(length);
  }
  /** All that was written, and the end: pieces that belong one behind the other. */
  finish() {
    this.#endChunk();
    return [...this.#written, Uint8Array.of(endOfChunks)];
  }
  /** Sees to it that there is a chunk with room for a symbol. */
  #begin(length) {
    if (this.#end > this.#start) {
      const isFull = this.#bits.length + longestSymbol > mostBytes || this.#end - this.#start + length > largestChunk;
      if (!isFull) return;
      this.#endChunk();
    }
    if (this.#needsModel) this.#model.reset();
    this.#bits.start();
  }
  #endChunk() {
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
    const control = coded | reset << 5 | length - 1 >> 16;
    const properties = reset >= modelAndProperties ? [this.#model.properties] : [];
    this.#written.push(
      Buffer.of(control, ...inTwoBytes(length - 1), ...inTwoBytes(body.length - 1), ...properties),
      body.slice()
    );
    this.#start = this.#end;
    this.#needsDictionary = this.#needsModel = this.#needsProperties = false;
  }
  #writePlain(length) {
    for (let left = length; left > 0; left -= largestPlain) {
      const size = Math.min(left, largestPlain);
      const control = this.#needsDictionary ? plain.withDictionaryReset : plain.without;
      const bytes = this.#data.slice(this.#end, this.#end + size);
      this.#written.push(Buffer.of(control, ...inTwoBytes(size - 1)), bytes);
      this.#end += size;
      this.#needsDictionary = false;
    }
    this.#start = this.#end;
    this.#needsModel = true;
  }
};
function inTwoBytes(value) {
  return [value >> 8 & 255, value & 255];
}

// src/xz/lzma/replay.ts
function replay(block, edits, data2 = new Uint8Array(block.size)) {
  const exchanged = edits.map(({ position, bytes }) => ({ position, bytes: new Uint8Array(bytes) }));
  const firstEdit = edits[0]?.position ?? block.size;
  const decoder = new BlockDecoder();
  const writer = new ChunkWriter(data2);
  for (const { chunk, position, symbols } of decoder.decode(block.bytes, { data: data2, ...block })) {
    const end = position + chunk.size;
    if (end <= firstEdit) {
      writer.copy(chunk, decoder.model);
      continue;
    }
    exchange(data2, exchanged, end);
    if (chunk.isPlain) writer.plain(chunk.size);
    else {
      if (chunk.properties !== void 0) writer.setProperties(chunk.properties);
      writeSymbols(symbols, data2, position, writer);
    }
    exchange(data2, exchanged, end);
  }
  exchange(data2, exchanged, block.size);
  return { pieces: writer.finish(), data: data2 };
}
function exchange(data2, edits, end) {
  for (const { position, bytes } of edits) {
    const length = Math.min(bytes.length, end - position);
    if (length <= 0) return;
    const before = data2.slice(position, position + length);
    data2.set(bytes.subarray(0, length), position);
    bytes.set(before);
  }
}
function writeSymbols({ count, lengths: lengths2, distances }, data2, position, writer) {
  let at = position;
  for (let index = 0; index < count; index++) {
    const distance = distances[index];
    for (const end = at + lengths2[index]; at < end; ) {
      const alike = distance === 0 ? 0 : repeated(data2, at, end, distance);
      const isMatch2 = alike > 1 || alike === 1 && distance === writer.newestDistance;
      if (isMatch2) writer.match(alike, distance);
      else writer.literal();
      at += isMatch2 ? alike : 1;
    }
  }
}
function repeated(data2, from, end, distance) {
  let at = from;
  while (at < end && data2[at] === data2[at - distance]) at++;
  return at - from;
}

// src/xz/replay-block.ts
function replayBlock({ bytes, size }, edits, data2) {
  const { length, dataSize, filter, filterId } = parseBlockHeader(bytes);
  check(filterId === lzma2, "a block is not of LZMA2");
  check(
    dataSize !== void 0 && length + dataSize + checkSize <= bytes.length,
    "the size of a block is wrong"
  );
  const compressed = bytes.subarray(length, length + dataSize);
  const replayed = replay({ bytes: compressed, size, dictionary: dictionarySize(filter) }, edits, data2);
  return composeBlock({ data: replayed.pieces, size, filter, check: crc64(replayed.data) });
}

// src/output/xz/replay-threads.ts
var threadFile = new URL("./replay-worker.js", import.meta.url);
function movable(bytes) {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? [buffer] : [];
}

// src/output/xz/replay-worker.ts
var port = parentPort;
if (port === null) throw new Error("this file is a thread of a build, not a program");
var data = new Uint8Array(0);
port.on("message", ({ block, edits }) => {
  if (data.length < block.size) data = new Uint8Array(block.size);
  const replayed = unlessFault(() => replayBlock(block, edits, data.subarray(0, block.size)));
  port.postMessage(replayed, replayed && movable(replayed.bytes));
});
