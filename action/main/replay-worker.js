// Made of src/ by `npm run generate`. Do not edit.
import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
var __knownSymbol = (name, symbol) => (symbol = Symbol[name]) ? symbol : /* @__PURE__ */ Symbol.for("Symbol." + name);
var __typeError = (msg) => {
  throw TypeError(msg);
};
var __using = (stack, value, async) => {
  if (value != null) {
    if (typeof value !== "object" && typeof value !== "function") __typeError("Object expected");
    var dispose, inner;
    if (async) dispose = value[__knownSymbol("asyncDispose")];
    if (dispose === void 0) {
      dispose = value[__knownSymbol("dispose")];
      if (async) inner = dispose;
    }
    if (typeof dispose !== "function") __typeError("Object not disposable");
    if (inner) dispose = function() {
      try {
        inner.call(this);
      } catch (e) {
        return Promise.reject(e);
      }
    };
    stack.push([async, dispose, value]);
  } else if (async) {
    stack.push([async]);
  }
  return value;
};
var __callDispose = (stack, error, hasError) => {
  var E = typeof SuppressedError === "function" ? SuppressedError : function(e, s, m, _) {
    return _ = Error(m), _.name = "SuppressedError", _.error = e, _.suppressed = s, _;
  };
  var fail = (e) => error = hasError ? new E(e, error, "An error was suppressed during disposal") : (hasError = true, e);
  var next = (it) => {
    while (it = stack.pop()) {
      try {
        var result = it[1] && it[1].call(it[2]);
        if (it[0]) return Promise.resolve(result).then(next, (e) => (fail(e), next()));
      } catch (e) {
        fail(e);
      }
    }
    if (hasError) throw error;
  };
  return next();
};

// src/output/xz/replay-worker.ts
import { parentPort } from "node:worker_threads";

// src/output/xz/replay-job.ts
import fs from "node:fs";

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
function blockPieces({ data: data2, size, filter, check: sum }) {
  const flags = tellsDataSize | tellsSize;
  const dataSize = data2.reduce((sum2, { length }) => sum2 + length, 0);
  const fields = padded(
    Buffer.concat([Uint8Array.of(0, flags), encodeNumber(dataSize), encodeNumber(size), filter])
  );
  fields[0] = fields.length / 4;
  const header = Buffer.concat([fields, crc32(fields)]);
  return {
    pieces: [header, ...data2, new Uint8Array(-dataSize & 3), sum],
    unpaddedSize: header.length + dataSize + sum.length,
    size
  };
}
function composeBlock(parts) {
  const { pieces, ...block } = blockPieces(parts);
  return { bytes: Buffer.concat(pieces), ...block };
}

// src/xz/crc64.ts
var polynomial = 0xc96c5795d7870f42n;
var one = 1n << 63n;
var timesX = (value) => value & 1n ? value >> 1n ^ polynomial : value >> 1n;
var table = BigUint64Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = timesX(value);
  return value;
});
function changedCrc64(sum, size, changes) {
  let difference = 0n;
  let end = 0;
  for (const { position, before, after } of changes) {
    difference = behindZeros(difference, position - end);
    for (const [index, byte] of after.entries()) difference = behindByte(difference, byte ^ before[index]);
    end = position + after.length;
  }
  const changed = Buffer.from(sum);
  changed.writeBigUInt64LE(changed.readBigUInt64LE() ^ behindZeros(difference, size - end));
  return changed;
}
function behindByte(sum, byte) {
  return sum >> 8n ^ table[Number(sum & 0xffn) ^ byte];
}
function behindZeros(sum, bytes) {
  let product = sum;
  let power = one >> 8n;
  for (let left = bytes; left > 0 && product !== 0n; left = Math.floor(left / 2)) {
    if (left % 2 === 1) product = multiplied(product, power);
    power = multiplied(power, power);
  }
  return product;
}
function multiplied(a, b) {
  let product = 0n;
  let shifted = b;
  for (let bit = one; bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = timesX(shifted);
  }
  return product;
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
  const cut2 = (header, length) => {
    check(at + header + length <= bytes.length, "a chunk is cut off");
    const chunk = bytes.subarray(at, at + header + length);
    return { bytes: chunk, body: chunk.subarray(header) };
  };
  if (control < coded) {
    check(control <= plain.without, "a chunk is of an unknown kind");
    const size = number(1) + 1;
    const resetsDictionary = control === plain.withDictionaryReset;
    return { ...cut2(plainHeader, size), size, isPlain: true, resetsDictionary, resetsModel: false };
  }
  const reset = control >> 5 & 3;
  const properties = reset >= resets.modelAndProperties ? bytes[at + codedHeader] : void 0;
  return {
    ...cut2(codedHeader + (properties === void 0 ? 0 : 1), number(3) + 1),
    size: ((control & 31) << 16) + number(1) + 1,
    isPlain: false,
    resetsDictionary: reset === resets.all,
    resetsModel: reset !== resets.nothing,
    ...properties !== void 0 && { properties }
  };
}
function dictionarySize(filter) {
  const code = filter[2];
  check(
    filter.length === 3 && code !== void 0 && code <= 40,
    "the dictionary of a block is of unknown size"
  );
  return code === 40 ? 2 ** 32 - 1 : (2 | code & 1) * 2 ** ((code >> 1) + 11);
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
  /** Where the probabilities of a literal are: it depends on where it is and on the byte before. */
  literalAt(position, before) {
    const context = before >> 8 - this.literalContextBits;
    const index = ((position & this.literalPositionMask) << this.literalContextBits) + context;
    return places.literals + index * literalBits;
  }
  /** Makes the distance at `index` of the last four the newest. */
  promote(index) {
    this.#moveDown(index, this.distances[index]);
  }
  /** A distance that is none of the last four. */
  remember(distance) {
    this.#moveDown(3, distance);
  }
  /** Without a loop: there is a distance for every few bytes. */
  #moveDown(index, distance) {
    const { distances } = this;
    if (index > 2) distances[3] = distances[2];
    if (index > 1) distances[2] = distances[1];
    if (index > 0) distances[1] = distances[0];
    distances[0] = distance;
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
var headBytes = 5;
var certain = 1 << probabilityBits;
var RangeDecoder = class {
  #probabilities;
  #range = 0;
  #code = 0;
  #input = new Uint8Array(0);
  #at = 0;
  constructor(probabilities) {
    this.#probabilities = probabilities;
  }
  /** @throws XzFault */
  start(input) {
    check(input.length >= headBytes && input[0] === 0, "a chunk does not start as it should");
    this.#range = -1;
    this.#code = new DataView(input.buffer, input.byteOffset).getInt32(1);
    this.#input = input;
    this.#at = headBytes;
  }
  /** @throws XzFault where there were more bits than bytes, or less */
  finish() {
    this.#normalize();
    check(this.#code === 0 && this.#at === this.#input.length, "a chunk does not end as it should");
  }
  /** 0 or 1, by the probability at this place, which it moves. */
  bit(place) {
    this.#normalize();
    const range = this.#range;
    const code = this.#code;
    const probability = this.#probabilities[place];
    const bound = Math.imul(range >>> probabilityBits, probability);
    if (code >>> 0 < bound >>> 0) {
      this.#range = bound;
      this.#probabilities[place] = probability + (certain - probability >> movesBy);
      return 0;
    }
    this.#range = range - bound | 0;
    this.#code = code - bound | 0;
    this.#probabilities[place] = probability - (probability >> movesBy);
    return 1;
  }
  /** Bits from the highest to the lowest, each by those before it. */
  tree(place, bits) {
    const probabilities = this.#probabilities;
    const end = 1 << bits;
    let range = this.#range;
    let code = this.#code;
    let node = 1;
    do {
      if (range >>> 24 === 0) {
        range <<= 8;
        code = code << 8 | this.#next();
      }
      const probability = probabilities[place + node];
      const bound = Math.imul(range >>> probabilityBits, probability);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        probabilities[place + node] = probability + (certain - probability >> movesBy);
        node <<= 1;
      } else {
        range = range - bound | 0;
        code = code - bound | 0;
        probabilities[place + node] = probability - (probability >> movesBy);
        node = node << 1 | 1;
      }
    } while (node < end);
    this.#range = range;
    this.#code = code;
    return node - end;
  }
  /** Eight bits in the same order, each also by what it is in another byte, as long as the bits are those of it. */
  treeBeside(place, other) {
    const probabilities = this.#probabilities;
    let range = this.#range;
    let code = this.#code;
    let node = 1;
    let expected = other;
    let isAsExpected = 256;
    do {
      if (range >>> 24 === 0) {
        range <<= 8;
        code = code << 8 | this.#next();
      }
      expected <<= 1;
      const at = place + isAsExpected + (expected & isAsExpected) + node;
      const probability = probabilities[at];
      const bound = Math.imul(range >>> probabilityBits, probability);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        probabilities[at] = probability + (certain - probability >> movesBy);
        node <<= 1;
        isAsExpected &= ~expected;
      } else {
        range = range - bound | 0;
        code = code - bound | 0;
        probabilities[at] = probability - (probability >> movesBy);
        node = node << 1 | 1;
        isAsExpected &= expected;
      }
    } while (node < 256);
    this.#range = range;
    this.#code = code;
    return node & 255;
  }
  /** As `tree`, from the lowest bit to the highest. */
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
    let range = this.#range;
    let code = this.#code;
    let value = 0;
    for (let left = bits; left > 0; left--) {
      if (range >>> 24 === 0) {
        range <<= 8;
        code = code << 8 | this.#next();
      }
      range >>>= 1;
      code = code - range | 0;
      const isZero = code >> 31;
      code = code + (range & isZero) | 0;
      value = (value << 1) + isZero + 1;
    }
    this.#range = range | 0;
    this.#code = code;
    return value;
  }
  #normalize() {
    if (this.#range >>> 24 !== 0) return;
    this.#range <<= 8;
    this.#code = this.#code << 8 | this.#next();
  }
  /** Behind the end there are zeros: that it was passed is seen at the end of the chunk. */
  #next() {
    return this.#input[this.#at++] ?? 0;
  }
};

// src/xz/lzma/chunk-decoder.ts
var ChunkDecoder = class {
  model = new Model();
  #bits = new RangeDecoder(this.model.probabilities);
  /**
   * Decodes a chunk into bytes, and into symbols in the room that there is for them.
   * @throws XzFault
   */
  decode(input, { data: data2, position, length, dictionary }, { lengths: lengths2, distances }) {
    const bits = this.#bits;
    const { model } = this;
    const { positionMask, distances: newest } = model;
    const end = position + length;
    let count = 0;
    let { state } = model;
    let before = position > 0 ? data2[position - 1] : 0;
    bits.start(input);
    for (let at = position; at < end; count++) {
      const positionState = at & positionMask;
      if (bits.bit(places.isMatch + (state << 4) + positionState) === 0) {
        const place = model.literalAt(at, before);
        before = isAfterMatch(state) ? bits.treeBeside(place, data2[at - newest[0]]) : bits.tree(place, 8);
        data2[at++] = before;
        state = afterLiteral[state];
        lengths2[count] = 1;
        distances[count] = 0;
        continue;
      }
      const size = this.#match(state, positionState);
      state = model.state;
      const distance = newest[0];
      check(distance <= at && distance <= dictionary, "a match reaches back too far");
      check(size <= end - at, "a match is longer than its chunk");
      lengths2[count] = size;
      distances[count] = distance;
      for (const last = at + size; at < last; at++) data2[at] = data2[at - distance];
      before = data2[at - 1];
    }
    model.state = state;
    bits.finish();
    return { count, lengths: lengths2, distances };
  }
  /** Its length; its distance becomes the newest of the model. */
  #match(state, positionState) {
    const bits = this.#bits;
    const { model } = this;
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
function* cut(whole, every) {
  let rest = whole;
  for (let size = every - rest.position % every; size < rest.size; size = every) {
    const { position, symbols } = rest;
    const { lengths: lengths2, distances } = symbols;
    const { index, inside } = rest.isPlain ? { index: 0, inside: 0 } : symbolAt(symbols, size);
    const length = lengths2[index];
    lengths2[index] = inside;
    yield { ...rest, size, symbols: { count: index + (inside > 0 ? 1 : 0), lengths: lengths2, distances } };
    lengths2[index] = length - inside;
    rest = {
      ...{ position: position + size, size: rest.size - size, isPlain: rest.isPlain, properties: void 0 },
      symbols: {
        count: symbols.count - index,
        lengths: lengths2.subarray(index),
        distances: distances.subarray(index)
      }
    };
  }
  yield rest;
}
function symbolAt({ lengths: lengths2 }, at) {
  let index = 0;
  let inside = at;
  while (inside >= lengths2[index]) {
    inside -= lengths2[index];
    index++;
  }
  return { index, inside };
}

// src/xz/lzma/block-decoder.ts
var BlockDecoder = class {
  #chunks = new ChunkDecoder();
  #room = symbolsOfChunk();
  /**
   * Decodes chunk by chunk. What is given of one is good until the next.
   * @throws XzFault also where there is more or less than the size of the block, or a second dictionary
   */
  *decode(chunks, { data: data2, dictionary, from = 0, to = data2.length }) {
    const { model } = this.#chunks;
    let position = from;
    let hasProperties = false;
    for (const { body, size, isPlain, resetsDictionary, resetsModel, properties } of chunks) {
      check(resetsDictionary === (position === 0), "a block has not one dictionary");
      check(position + size <= to, "a block holds more than it should");
      if (properties !== void 0) {
        check(model.setProperties(properties), "the properties of a chunk are unknown");
        hasProperties = true;
      }
      if (resetsModel) model.reset();
      if (isPlain) data2.set(body, position);
      else check(hasProperties, "a chunk has no properties");
      const target = { data: data2, position, length: size, dictionary };
      const symbols = isPlain ? { ...this.#room, count: 0 } : this.#chunks.decode(body, target, this.#room);
      yield { position, size, isPlain, properties, symbols };
      position += size;
    }
    check(position === to, "a block holds less than it should");
  }
};

// src/xz/lzma/range-encoder.ts
var certain2 = 1 << probabilityBits;
var roundsUp = (1 << movesBy) - 1 - certain2;
var RangeEncoder = class {
  #probabilities;
  #output;
  #range = 0;
  /** The lowest 32 bits of the number that the bytes are. */
  #low = 0;
  #at = 0;
  /** Bytes go to the start of `output`, which has to have room for them. */
  constructor(probabilities, output) {
    this.#probabilities = probabilities;
    this.#output = output;
  }
  start() {
    this.#range = -1;
    this.#low = 0;
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
    const isOne = -bit;
    const probability = this.#probabilities[place];
    this.#probabilities[place] = probability - (probability + (~isOne & roundsUp) >> movesBy);
    const bound = Math.imul(this.#range >>> probabilityBits, probability);
    const low = this.#low + (bound & isOne) | 0;
    if (low >>> 0 < this.#low >>> 0) this.#carry(this.#at);
    this.#low = low;
    this.#range = bound + (this.#range - bound - bound & isOne) | 0;
    if (this.#range >>> 24 === 0) {
      this.#shift();
      this.#range <<= 8;
    }
  }
  /** Bits of a value from the highest to the lowest, each by those before it. */
  tree(place, bits, value) {
    const probabilities = this.#probabilities;
    const output = this.#output;
    let range = this.#range;
    let low = this.#low;
    let at = this.#at;
    let node = 1;
    for (let index = bits - 1; index >= 0; index--) {
      const bit = value >>> index & 1;
      const isOne = -bit;
      const probability = probabilities[place + node];
      probabilities[place + node] = probability - (probability + (~isOne & roundsUp) >> movesBy);
      node = node << 1 | bit;
      const bound = Math.imul(range >>> probabilityBits, probability);
      const sum = low + (bound & isOne) | 0;
      if (sum >>> 0 < low >>> 0) this.#carry(at);
      low = sum;
      range = bound + (range - bound - bound & isOne) | 0;
      if (range >>> 24 === 0) {
        output[at++] = low >>> 24;
        low <<= 8;
        range <<= 8;
      }
    }
    this.#range = range;
    this.#low = low;
    this.#at = at;
  }
  /** Eight bits in the same order, each also by what it is in another byte, as long as the bits are those of it. */
  treeBeside(place, value, other) {
    const probabilities = this.#probabilities;
    const output = this.#output;
    let range = this.#range;
    let low = this.#low;
    let at = this.#at;
    let node = 1;
    let expected = other;
    let isAsExpected = 256;
    for (let index = 7; index >= 0; index--) {
      const bit = value >>> index & 1;
      const isOne = -bit;
      expected <<= 1;
      const context = place + isAsExpected + (expected & isAsExpected) + node;
      isAsExpected &= ~(expected ^ isOne);
      const probability = probabilities[context];
      probabilities[context] = probability - (probability + (~isOne & roundsUp) >> movesBy);
      node = node << 1 | bit;
      const bound = Math.imul(range >>> probabilityBits, probability);
      const sum = low + (bound & isOne) | 0;
      if (sum >>> 0 < low >>> 0) this.#carry(at);
      low = sum;
      range = bound + (range - bound - bound & isOne) | 0;
      if (range >>> 24 === 0) {
        output[at++] = low >>> 24;
        low <<= 8;
        range <<= 8;
      }
    }
    this.#range = range;
    this.#low = low;
    this.#at = at;
  }
  /** As `tree`, from the lowest bit to the highest. */
  reverseTree(place, bits, value) {
    let node = 1;
    for (let index = 0; index < bits; index++) {
      const bit = value >>> index & 1;
      this.bit(place + node, bit);
      node = node << 1 | bit;
    }
  }
  /** Bits that are as likely 0 as 1. */
  direct(bits, value) {
    const output = this.#output;
    let range = this.#range;
    let low = this.#low;
    let at = this.#at;
    for (let index = bits - 1; index >= 0; index--) {
      range >>>= 1;
      const sum = low + (range & -(value >>> index & 1)) | 0;
      if (sum >>> 0 < low >>> 0) this.#carry(at);
      low = sum;
      if (range >>> 24 === 0) {
        output[at++] = low >>> 24;
        low <<= 8;
        range <<= 8;
      }
    }
    this.#range = range | 0;
    this.#low = low;
    this.#at = at;
  }
  /** Adds one to the number of which `end` bytes are there. */
  #carry(end) {
    for (let at = end - 1; ; at--) {
      const carried = this.#output[at] + 1 & 255;
      this.#output[at] = carried;
      if (carried !== 0) return;
    }
  }
  #shift() {
    this.#output[this.#at++] = this.#low >>> 24;
    this.#low <<= 8;
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
    if (isAfterMatch(state)) bits.treeBeside(place, data2[at], data2[at - model.distances[0]]);
    else bits.tree(place, 8, data2[at]);
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
    const low = value - (base >>> 0) >>> 0;
    bits.direct(lowBits - 4, low >>> 4);
    bits.reverseTree(places.lowDistances, 4, low & 15);
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
  #start;
  #end;
  /** What the next coded chunk has to do first. */
  #needsDictionary;
  #needsModel = true;
  #needsProperties = true;
  /** @param data of the block, which is read where symbols are written. */
  constructor(data2, position = 0) {
    this.#data = data2;
    this.#start = this.#end = position;
    this.#needsDictionary = position === 0;
  }
  /** Has the decoder of what follows know nothing but the bytes before it. */
  restart() {
    this.#endChunk();
    this.#needsModel = this.#needsProperties = true;
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
  /** The next bytes, which are those `distance` before them. A single one is a match at the newest distance only. */
  match(length, distance) {
    this.#begin(length);
    if (length === 1 && distance !== this.#model.distances[0]) this.#symbols.literal(this.#data, this.#end);
    else this.#symbols.match(this.#end, length, distance);
    this.#end += length;
  }
  /** The next bytes, as they are. */
  plain(length) {
    this.#endChunk();
    this.#writePlain(length);
  }
  /** All that was written: pieces that belong one behind the other, some of them of `data` itself. */
  finish() {
    this.#endChunk();
    return this.#written;
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
      const bytes = this.#data.subarray(this.#end, this.#end + size);
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

// src/xz/lzma/edits.ts
var closeTogether = 64;
function* changesIn(data2, edits) {
  for (const { position, bytes } of edits) {
    const differs = (index) => bytes[index] !== data2[position + index];
    for (let start = 0; start < bytes.length; start++) {
      if (!differs(start)) continue;
      let end = start + 1;
      for (let at = end; at < bytes.length && at < end + closeTogether; at++) if (differs(at)) end = at + 1;
      yield { position: position + start, bytes: bytes.slice(start, end) };
      start = end;
    }
  }
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

// src/xz/lzma/parts.ts
var usualGrain = { part: 2 ** 18, piece: 512 };
function partsIn(size, { part }) {
  return Math.ceil(size / part);
}
function* partsOf(bytes, { part }) {
  let chunks = [];
  let index = 0;
  let size = 0;
  for (const chunk of chunksOf(bytes)) {
    chunks.push(chunk);
    size += chunk.size;
    check(size <= part, "a chunk is in two parts");
    if (size < part) continue;
    yield { index, position: index * part, size, chunks };
    chunks = [];
    index++;
    size = 0;
  }
  if (size > 0) yield { index, position: index * part, size, chunks };
}

// src/xz/lzma/references.ts
var References = class {
  /** The bitmaps, one behind the other. */
  bytes;
  #grain;
  /** Of one of them, in bytes. */
  #length;
  #pieces;
  /**
   * Of a block of that size.
   * @throws XzFault where the bitmaps are not of such a block
   */
  constructor(size, grain, bytes) {
    this.#grain = grain;
    this.#pieces = Math.ceil(size / grain.piece);
    this.#length = Math.ceil(this.#pieces / 8);
    this.bytes = bytes ?? new Uint8Array(this.#length * partsIn(size, grain));
    check(this.bytes.length === this.#length * partsIn(size, grain), "the references of a block are wrong");
  }
  /** That the part at that index needs these. */
  mark(index, { from, to }) {
    const { piece } = this.#grain;
    const start = index * this.#length;
    for (let at = Math.floor(from / piece); at * piece < to; at++)
      this.bytes[start + (at >> 3)] |= 1 << (at & 7);
  }
  /** Whether the part at that index needs any of these. */
  has(index, { from, to }) {
    const { piece } = this.#grain;
    for (let at = Math.floor(from / piece); at * piece < to; at++) if (this.#isMarked(index, at)) return true;
    return false;
  }
  /** All that the part at that index needs, from front to back. */
  *of(index) {
    const { piece } = this.#grain;
    let from = 0;
    for (let at = 0; at <= this.#pieces; at++) {
      if (at < this.#pieces && this.#isMarked(index, at)) continue;
      if (from < at * piece) yield { from, to: at * piece };
      from = (at + 1) * piece;
    }
  }
  #isMarked(index, at) {
    return (this.bytes[index * this.#length + (at >> 3)] & 1 << (at & 7)) !== 0;
  }
};

// src/xz/lzma/write-stretch.ts
function writeStretch(stretch, writer) {
  if (writePlain(stretch, writer)) return;
  const { count, lengths: lengths2, distances } = stretch.symbols;
  for (let index = 0; index < count; index++) {
    const distance = distances[index];
    if (distance > 0) writer.match(lengths2[index], distance);
    else writer.literal();
  }
}
function writeChanged(stretch, data2, writer) {
  if (!writePlain(stretch, writer)) writeSymbols(stretch, data2, writer);
}
function writePlain({ size, isPlain, properties }, writer) {
  if (isPlain) writer.plain(size);
  else if (properties !== void 0) writer.setProperties(properties);
  return isPlain;
}
function writeSymbols({ position, symbols: { count, lengths: lengths2, distances } }, data2, writer) {
  let at = position;
  for (let index = 0; index < count; index++) {
    const distance = distances[index];
    for (const end = at + lengths2[index]; at < end; ) {
      const alike = distance === 0 ? 0 : repeated(data2, at, end, distance);
      if (alike > 0) writer.match(alike, distance);
      else writer.literal();
      at += alike || 1;
    }
  }
}
function repeated(data2, from, end, distance) {
  let at = from;
  while (at < end && data2[at] === data2[at - distance]) at++;
  return at - from;
}

// src/xz/lzma/replay.ts
function replay(block, edits, source, grain = usualGrain) {
  const { size, dictionary } = block;
  const { data: data2 } = source;
  const references = new References(size, grain, block.references);
  for (const edit of edits) source.need(spanOf(edit));
  const changes = [...changesIn(data2, edits)];
  const decoder = new BlockDecoder();
  const rewritten = ({ index, position, size: size2, chunks }) => {
    for (const span of references.of(index)) source.need(span);
    const to = position + size2;
    const writer = new ChunkWriter(data2, position);
    for (const stretch of decoder.decode(chunks, { data: data2, dictionary, from: position, to })) {
      const end2 = stretch.position + stretch.size;
      exchange(data2, changes, end2);
      writeChanged(stretch, data2, writer);
      exchange(data2, changes, end2);
    }
    exchange(data2, changes, to);
    const written = writer.finish().map((piece) => new Uint8Array(piece));
    exchange(data2, changes, to);
    return written;
  };
  const pieces = [];
  let end = 0;
  for (const part of partsOf(block.bytes, grain)) {
    end += part.size;
    check(end <= size, "a block holds more than it should");
    const isTouched = changes.some((edit) => touches(edit, part) || references.has(part.index, spanOf(edit)));
    pieces.push(...isTouched ? rewritten(part) : part.chunks.map(({ bytes }) => bytes));
  }
  check(end === size, "a block holds less than it should");
  return { pieces: [...pieces, Uint8Array.of(endOfChunks)], changes };
}
function spanOf({ position, bytes }) {
  return { from: position, to: position + bytes.length };
}
function touches(edit, { position, size }) {
  const { from, to } = spanOf(edit);
  return from < position + size && to > position;
}

// src/xz/lzma/restart.ts
function restart(block, data2, grain = usualGrain) {
  const { bytes, size, dictionary } = block;
  const references = new References(size, grain);
  const writer = new ChunkWriter(data2);
  for (const whole of new BlockDecoder().decode(chunksOf(bytes), { data: data2, dictionary, to: size })) {
    for (const stretch of cut(whole, grain.part)) {
      const { position } = stretch;
      const index = Math.floor(position / grain.part);
      const start = index * grain.part;
      if (position === start) {
        writer.restart();
        if (index > 0) references.mark(index, { from: start - 1, to: start });
      }
      markRepeated(stretch, start, (span) => references.mark(index, span));
      writeStretch(stretch, writer);
    }
  }
  return { pieces: [...writer.finish(), Uint8Array.of(endOfChunks)], references: references.bytes };
}
function markRepeated({ position, symbols }, start, mark) {
  const { count, lengths: lengths2, distances } = symbols;
  let at = position;
  for (let index = 0; index < count; index++) {
    const length = lengths2[index];
    const distance = distances[index];
    const from = at - distance;
    if (distance > 0 && from < start) mark({ from, to: from + length + 1 });
    at += length;
  }
}

// src/xz/replay-block.ts
function restartBlock(block, data2) {
  const { header, sum, code } = piecesOf(block);
  const { pieces: written, references } = restart(code, data2);
  const parts = { data: written, size: block.size, filter: header.filter, check: sum };
  const { pieces, unpaddedSize, size } = blockPieces(parts);
  return restartedBlock(Buffer.concat([...pieces, references]), { unpaddedSize, size });
}
function restartedBlock(all, { unpaddedSize, size }) {
  const end = unpaddedSize + (-unpaddedSize & 3);
  return { all, bytes: all.subarray(0, end), references: all.subarray(end), unpaddedSize, size };
}
function replayBlock(block, edits, source) {
  const { size, references } = block;
  const { header, sum, code } = piecesOf(block);
  const { pieces, changes } = replay({ ...code, references }, edits, source);
  const changed = changes.map(({ position, bytes: after }) => {
    const before = source.data.subarray(position, position + after.length);
    return { position, before, after };
  });
  const parts = { data: pieces, size, filter: header.filter };
  return composeBlock({ ...parts, check: changedCrc64(sum, size, changed) });
}
function piecesOf({ bytes, size }) {
  const header = parseBlockHeader(bytes);
  const { length, dataSize, filter, filterId } = header;
  check(filterId === lzma2, "a block is not of LZMA2");
  check(dataSize !== void 0, "a block does not tell its size");
  const end = length + dataSize;
  const start = end + (-dataSize & 3);
  check(start + checkSize <= bytes.length, "the size of a block is wrong");
  return {
    header,
    sum: bytes.subarray(start, start + checkSize),
    code: { bytes: bytes.subarray(length, end), size, dictionary: dictionarySize(filter) }
  };
}

// src/output/xz/replay-job.ts
function carryOut(job, data2) {
  return unlessFault(() => {
    const { block, size } = job;
    if (block.kind === "kept") {
      var _stack = [];
      try {
        const source = __using(_stack, fileBytes(block, data2));
        const { bytes, figure: unpaddedSize } = block.code;
        const kept = restartedBlock(bytes, { unpaddedSize, size });
        return { code: codeOf(replayBlock(kept, job.edits, source)) };
      } catch (_) {
        var _error = _, _hasError = true;
      } finally {
        __callDispose(_stack, _error, _hasError);
      }
    }
    const restarted = restartBlock({ bytes: block.bytes, size }, data2);
    const code = codeOf(replayBlock(restarted, job.edits, { data: data2, need: () => {
    } }));
    return { code, ...block.isToBeKept && { kept: codeOf({ ...restarted, bytes: restarted.all }) } };
  });
}
function codeOf({
  bytes,
  unpaddedSize
}) {
  return { bytes, figure: unpaddedSize };
}
function fileBytes({ file, position }, data2) {
  const descriptor = unlessSystemFault(() => fs.openSync(file, "r"));
  return {
    data: data2,
    need({ from, to }) {
      const end = Math.min(to, data2.length);
      for (let at = from; at < end; ) {
        const count = unlessSystemFault(() => fs.readSync(descriptor, data2, at, end - at, position + at));
        check(count > 0, "the data of a block is cut off");
        at += count;
      }
    },
    [Symbol.dispose]: () => fs.closeSync(descriptor)
  };
}
function unlessSystemFault(work) {
  try {
    return work();
  } catch (cause) {
    throw new XzFault("the data of a block cannot be read", { cause });
  }
}

// src/output/xz/replay-threads.ts
var threadFile = new URL("./replay-worker.js", import.meta.url);
function movable({ buffer }) {
  return buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize ? [buffer] : [];
}

// src/output/xz/replay-worker.ts
var port = parentPort;
if (port === null) throw new Error("this file is a thread of a build, not a program");
var data = new Uint8Array(0);
port.on("message", (job) => {
  if (data.length < job.size) data = new Uint8Array(job.size);
  const replayed = carryOut(job, data.subarray(0, job.size));
  const results = [replayed?.code, replayed?.kept].flatMap((code) => code ? movable(code.bytes) : []);
  port.postMessage(replayed, results);
});
