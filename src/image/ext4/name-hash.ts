/** Hash functions of indexed directories: fs/ext4/hash.c describes them. Values fit 32 bits; the lowest bit is 0. */
export interface NameHash {
  readonly version: number;
  readonly unsigned: boolean;
  readonly seed: readonly number[];
}

/** Versions 0, 1, 2 take bytes as signed, 3, 4, 5 as unsigned. */
export const hashVersions = { legacy: 0, halfMd4: 1, tea: 2 } as const;
const largestHash = 0x7fffffff;

export function isKnownHash(version: number): boolean {
  return version >= 0 && version <= 5;
}

export function hashName(name: Uint8Array, { version, unsigned, seed }: NameHash): number {
  const kind = version % 3;
  const byteAt = unsigned || version >= 3 ? unsignedByte : signedByte;
  const raw =
    kind === hashVersions.legacy
      ? legacy(name, byteAt)
      : kind === hashVersions.halfMd4
        ? halfMd4(name, byteAt, seed)
        : tea(name, byteAt, seed);
  const hash = (raw & ~1) >>> 0;
  return hash === (largestHash << 1) >>> 0 ? ((largestHash - 1) << 1) >>> 0 : hash;
}

type ByteAt = (bytes: Uint8Array, at: number) => number;
const unsignedByte: ByteAt = (bytes, at) => bytes[at]!;
const signedByte: ByteAt = (bytes, at) => (bytes[at]! << 24) >> 24;

function legacy(name: Uint8Array, byteAt: ByteAt): number {
  let hash0 = 0x12a3fe2d;
  let hash1 = 0x37abe8f9;
  for (let at = 0; at < name.length; at++) {
    let hash = (hash1 + (hash0 ^ Math.imul(byteAt(name, at), 7152373))) >>> 0;
    if (hash & 0x80000000) hash = (hash - 0x7fffffff) >>> 0;
    hash1 = hash0;
    hash0 = hash;
  }
  return (hash0 << 1) >>> 0;
}

/** Up to `words` words of the name from `from` on, padded with its length. */
function wordsOf(name: Uint8Array, from: number, words: number, byteAt: ByteAt): number[] {
  const left = name.length - from;
  let pad = (left | (left << 8)) >>> 0;
  pad = (pad | (pad << 16)) >>> 0;
  const out: number[] = [];
  const length = Math.min(left, words * 4);
  let value = pad;
  for (let index = 0; index < length; index++) {
    value = (byteAt(name, from + index) + (value << 8)) | 0;
    if (index % 4 === 3) {
      out.push(value);
      value = pad;
    }
  }
  if (out.length < words) out.push(value);
  while (out.length < words) out.push(pad);
  return out;
}

function tea(name: Uint8Array, byteAt: ByteAt, seed: readonly number[]): number {
  let [a, b] = [seed[0]! | 0, seed[1]! | 0];
  for (let from = 0; from < name.length; from += 16) {
    const [k0, k1, k2, k3] = wordsOf(name, from, 4, byteAt) as [number, number, number, number];
    let sum = 0;
    let [x, y] = [a, b];
    for (let round = 0; round < 16; round++) {
      sum = (sum + 0x9e3779b9) | 0;
      x = (x + ((((y << 4) + k0) | 0) ^ ((y + sum) | 0) ^ (((y >>> 5) + k1) | 0))) | 0;
      y = (y + ((((x << 4) + k2) | 0) ^ ((x + sum) | 0) ^ (((x >>> 5) + k3) | 0))) | 0;
    }
    a = (a + x) | 0;
    b = (b + y) | 0;
  }
  return a >>> 0;
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
/** The three rounds of MD4, cut to eight steps each: order of the words, shifts and constant. */
const rounds = [
  { words: [0, 1, 2, 3, 4, 5, 6, 7], shifts: [3, 7, 11, 19], add: 0 },
  { words: [1, 3, 5, 7, 0, 2, 4, 6], shifts: [3, 5, 9, 13], add: 0x5a827999 },
  { words: [3, 7, 2, 6, 1, 5, 0, 4], shifts: [3, 9, 11, 15], add: 0x6ed9eba1 },
] as const;

const mixers: readonly ((x: number, y: number, z: number) => number)[] = [
  (x, y, z) => z ^ (x & (y ^ z)),
  (x, y, z) => (x & y) + ((x ^ y) & z),
  (x, y, z) => x ^ y ^ z,
];

function halfMd4(name: Uint8Array, byteAt: ByteAt, seed: readonly number[]): number {
  const state = seed.map((word) => word | 0);
  for (let from = 0; from < name.length; from += 32) {
    const input = wordsOf(name, from, 8, byteAt);
    let [a, b, c, d] = state as [number, number, number, number];
    rounds.forEach(({ words, shifts, add }, round) => {
      const mix = mixers[round]!;
      words.forEach((word, step) => {
        const mixed = (a + mix(b, c, d) + input[word]! + add) | 0;
        [a, b, c, d] = [d, rotate(mixed, shifts[step % 4]!), b, c];
      });
    });
    [a, b, c, d].forEach((value, index) => {
      state[index] = (state[index]! + value) | 0;
    });
  }
  return state[1]! >>> 0;
}
