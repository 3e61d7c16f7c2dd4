import { XzFault } from './fault.ts';

/** A "multibyte integer" of .xz (1.2): seven bits a byte, the lowest first, the high bit says that more follow. */
export function encodeNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return Uint8Array.of(...bytes, left);
}

/**
 * Numbers are read up to 2^53: no file of ours is longer.
 * @throws XzFault
 */
export function decodeNumber(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80 && Number.isSafeInteger(value)) return { value, end: at + index + 1 };
  }
  throw new XzFault('a number is cut off or too large');
}
