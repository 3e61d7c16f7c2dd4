// @ts-check
/**
 * XXH64 with seed 0, of which Zstandard keeps the low 32 bits (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
 * 64-bit numbers are pairs of 32-bit halves: several times faster here than BigInt.
 *
 * @typedef {readonly [high: number, low: number]} Word
 */

/** @type {Word} */ const prime1 = [0x9e3779b1, 0x85ebca87];
/** @type {Word} */ const prime2 = [0xc2b2ae3d, 0x27d4eb4f];
/** @type {Word} */ const prime3 = [0x165667b1, 0x9e3779f9];
/** @type {Word} */ const prime4 = [0x85ebca77, 0xc2b2ae63];
/** @type {Word} */ const prime5 = [0x27d4eb2f, 0x165667c5];

const stripe = 32;

export class Xxh64 {
  /** Four lanes, each as high and low half. */
  #lanes = new Uint32Array([
    ...add(prime1, prime2),
    ...prime2,
    ...[0, 0],
    ...add([~prime1[0] >>> 0, ~prime1[1] >>> 0], [0, 1]),
  ]);
  #rest = Buffer.alloc(0);
  #length = 0;

  /** @param {Uint8Array} bytes */
  update(bytes) {
    this.#length += bytes.length;
    let input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#rest.length > 0) {
      const missing = stripe - this.#rest.length;
      this.#rest = Buffer.concat([this.#rest, input.subarray(0, missing)]);
      input = input.subarray(missing);
      if (this.#rest.length < stripe) return;
      this.#consume(this.#rest);
    }
    const whole = input.length - (input.length % stripe);
    this.#consume(input.subarray(0, whole));
    this.#rest = Buffer.from(input.subarray(whole));
  }

  /** The low half of the digest. */
  digest() {
    /** @type {Word} */
    let hash = this.#length < stripe ? prime5 : this.#merged();
    hash = add(hash, [Math.floor(this.#length / 2 ** 32), this.#length >>> 0]);
    let at = 0;
    for (; at + 8 <= this.#rest.length; at += 8) {
      hash = xor(hash, round([0, 0], [this.#rest.readUInt32LE(at + 4), this.#rest.readUInt32LE(at)]));
      hash = add(multiply(rotate(hash, 27), prime1), prime4);
    }
    for (; at + 4 <= this.#rest.length; at += 4) {
      hash = xor(hash, multiply([0, this.#rest.readUInt32LE(at)], prime1));
      hash = add(multiply(rotate(hash, 23), prime2), prime3);
    }
    for (; at < this.#rest.length; at++) {
      hash = xor(hash, multiply([0, this.#rest.readUInt8(at)], prime5));
      hash = multiply(rotate(hash, 11), prime1);
    }
    hash = multiply(xor(hash, shift(hash, 33)), prime2);
    hash = multiply(xor(hash, shift(hash, 29)), prime3);
    return xor(hash, shift(hash, 32))[1] >>> 0;
  }

  /** The hot loop: `round` for each lane, written out. @param {Buffer} bytes whole stripes */
  #consume(bytes) {
    const lanes = this.#lanes;
    for (let at = 0; at < bytes.length; at += stripe) {
      for (let lane = 0; lane < 8; lane += 2) {
        const low = bytes.readUInt32LE(at + lane * 4);
        const high = bytes.readUInt32LE(at + lane * 4 + 4);
        const productLow = Math.imul(low, prime2[1]) >>> 0;
        const productHigh =
          (highHalf(low, prime2[1]) + Math.imul(high, prime2[1]) + Math.imul(low, prime2[0])) >>> 0;
        const sum = (lanes[lane + 1] ?? 0) + productLow;
        const sumLow = sum >>> 0;
        const sumHigh = ((lanes[lane] ?? 0) + productHigh + (sum > 0xffffffff ? 1 : 0)) >>> 0;
        const turnedLow = ((sumLow << 31) | (sumHigh >>> 1)) >>> 0;
        const turnedHigh = ((sumHigh << 31) | (sumLow >>> 1)) >>> 0;
        lanes[lane + 1] = Math.imul(turnedLow, prime1[1]);
        lanes[lane] =
          highHalf(turnedLow, prime1[1]) + Math.imul(turnedHigh, prime1[1]) + Math.imul(turnedLow, prime1[0]);
      }
    }
  }

  /** @returns {Word} */
  #merged() {
    const lane = (/** @type {number} */ index) =>
      /** @type {Word} */ ([this.#lanes[2 * index] ?? 0, this.#lanes[2 * index + 1] ?? 0]);
    const turns = [1, 7, 12, 18];
    /** @type {Word} */
    let hash = [0, 0];
    for (let index = 0; index < 4; index++) hash = add(hash, rotate(lane(index), turns[index] ?? 0));
    for (let index = 0; index < 4; index++) {
      hash = add(multiply(xor(hash, round([0, 0], lane(index))), prime1), prime4);
    }
    return hash;
  }
}

/** @param {Word} lane @param {Word} input @returns {Word} */
function round(lane, input) {
  return multiply(rotate(add(lane, multiply(input, prime2)), 31), prime1);
}

/** @param {Word} a @param {Word} b @returns {Word} */
function add(a, b) {
  const low = (a[1] >>> 0) + (b[1] >>> 0);
  return [(a[0] + b[0] + (low > 0xffffffff ? 1 : 0)) >>> 0, low >>> 0];
}

/** @param {Word} a @param {Word} b @returns {Word} */
function multiply(a, b) {
  const high = highHalf(a[1], b[1]) + Math.imul(a[0], b[1]) + Math.imul(a[1], b[0]);
  return [high >>> 0, Math.imul(a[1], b[1]) >>> 0];
}

/** Bits 32 to 63 of the product of two unsigned 32-bit numbers. @param {number} a @param {number} b */
function highHalf(a, b) {
  const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (other >>> 16)) >>> 0;
}

/** @param {Word} a @param {Word} b @returns {Word} */
function xor(a, b) {
  return [(a[0] ^ b[0]) >>> 0, (a[1] ^ b[1]) >>> 0];
}

/** To the left, by less than 32. @param {Word} word @param {number} by @returns {Word} */
function rotate([high, low], by) {
  return [((high << by) | (low >>> (32 - by))) >>> 0, ((low << by) | (high >>> (32 - by))) >>> 0];
}

/** To the right, by 1 to 63. @param {Word} word @param {number} by @returns {Word} */
function shift([high, low], by) {
  if (by >= 32) return [0, high >>> (by - 32)];
  return [high >>> by, ((high << (32 - by)) | (low >>> by)) >>> 0];
}
