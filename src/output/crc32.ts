/**
 * CRC-32 of two texts together from those of each, for texts that are checked in parallel.
 *
 * A CRC is a remainder of polynomials over GF(2); bits that follow multiply what came before by x a bit. Numbers
 * here hold polynomials as the CRC of gzip and zip does (RFC 1952): the highest bit is x^0.
 */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  return (multiply(first, powerOfBytes(secondLength)) ^ second) >>> 0;
}

const polynomial = 0xedb88320;
const one = 0x80000000;
/** x^8: what one more byte multiplies by. */
const byte = 0x00800000;

/** x^(8·bytes) modulo the polynomial, by repeated squaring. */
function powerOfBytes(bytes: number): number {
  let power = one;
  for (let left = bytes, square = byte; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power;
}

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 31, shifted = b; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= shifted;
    shifted = (shifted >>> 1) ^ (shifted & 1 ? polynomial : 0);
  }
  return product >>> 0;
}
