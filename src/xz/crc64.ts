/** The polynomial of ECMA-182, turned over, as .xz has it [6]: the coefficient of 1 is in the highest bit. */
const polynomial = 0xc96c5795d7870f42n;
const one = 1n << 63n;
const timesX = (value: bigint): bigint => (value & 1n ? (value >> 1n) ^ polynomial : value >> 1n);

/** What each byte adds to a sum. */
const table = BigUint64Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = timesX(value);
  return value;
});

/** Bytes in the place of as many others. */
export interface Change {
  readonly position: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/**
 * The CRC64 of data in which these changes (sorted, without overlaps) were made, as it stands behind the data of a
 * block [3.4]: eight bytes, the lowest first. It is made of the one before: a CRC is linear, so that what is as it was
 * does not matter.
 * @param size of the data
 */
export function changedCrc64(sum: Uint8Array, size: number, changes: readonly Change[]): Buffer {
  let difference = 0n;
  let end = 0;
  for (const { position, before, after } of changes) {
    difference = behindZeros(difference, position - end);
    for (const [index, byte] of after.entries()) difference = behindByte(difference, byte ^ before[index]!);
    end = position + after.length;
  }
  const changed = Buffer.from(sum);
  changed.writeBigUInt64LE(changed.readBigUInt64LE() ^ behindZeros(difference, size - end));
  return changed;
}

function behindByte(sum: bigint, byte: number): bigint {
  return (sum >> 8n) ^ table[Number(sum & 0xffn) ^ byte]!;
}

/** A sum after so many zeros: each multiplies it by the eighth power of x. */
function behindZeros(sum: bigint, bytes: number): bigint {
  let product = sum;
  let power = one >> 8n;
  for (let left = bytes; left > 0 && product !== 0n; left = Math.floor(left / 2)) {
    if (left % 2 === 1) product = multiplied(product, power);
    power = multiplied(power, power);
  }
  return product;
}

/** Polynomials, modulo the one above. */
function multiplied(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = one; bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = timesX(shifted);
  }
  return product;
}
