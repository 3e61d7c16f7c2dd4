/** The polynomial of ECMA-182, turned over, as .xz has it [6]; halves of 32 bits, since numbers have 53. */
const polynomial = { low: 0xd7870f42, high: 0xc96c5795 };
const slices = 8;
/** For each of eight bytes at a time, what it adds to the sum. */
const lows = new Uint32Array(slices * 256);
const highs = new Uint32Array(slices * 256);

for (let byte = 0; byte < 256; byte++) {
  let [low, high] = [byte, 0];
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) [low, high] = [low ^ polynomial.low, high ^ polynomial.high];
  }
  lows[byte] = low;
  highs[byte] = high;
}
for (let index = 256; index < slices * 256; index++) {
  const [low, high] = [lows[index - 256]!, highs[index - 256]!];
  lows[index] = ((low >>> 8) | (high << 24)) ^ lows[low & 0xff]!;
  highs[index] = (high >>> 8) ^ highs[low & 0xff]!;
}

/** The CRC64 of bytes, as it stands behind the data of a block [3.4]: eight bytes, the lowest first. */
export function crc64(bytes: Uint8Array): Buffer {
  const { length } = bytes;
  let [low, high] = [-1, -1];
  let at = 0;
  for (; at + slices <= length; at += slices) {
    low ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    high ^= bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
    const [a, b, c, d] = [
      1792 + (low & 0xff),
      1536 + ((low >>> 8) & 0xff),
      1280 + ((low >>> 16) & 0xff),
      1024 + (low >>> 24),
    ];
    const [e, f, g, h] = [
      768 + (high & 0xff),
      512 + ((high >>> 8) & 0xff),
      256 + ((high >>> 16) & 0xff),
      high >>> 24,
    ];
    low = lows[a]! ^ lows[b]! ^ lows[c]! ^ lows[d]! ^ lows[e]! ^ lows[f]! ^ lows[g]! ^ lows[h]!;
    high = highs[a]! ^ highs[b]! ^ highs[c]! ^ highs[d]! ^ highs[e]! ^ highs[f]! ^ highs[g]! ^ highs[h]!;
  }
  for (; at < length; at++) {
    const index = (low ^ bytes[at]!) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ lows[index]!;
    high = (high >>> 8) ^ highs[index]!;
  }
  const sum = Buffer.alloc(8);
  sum.writeInt32LE(~low);
  sum.writeInt32LE(~high, 4);
  return sum;
}
