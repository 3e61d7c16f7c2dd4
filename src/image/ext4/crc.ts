const crc32cTable = table(0x82f63b78);
const crc16Table = table(0xa001);

function table(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value >>> 0;
  });
}

/** CRC-32C (Castagnoli) without final inversion, as ext4 chains it: start with 0xffffffff or a seed. */
export function crc32c(crc: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  let value = crc;
  for (let at = from; at < to; at++) value = crc32cTable[(value ^ bytes[at]!) & 0xff]! ^ (value >>> 8);
  return value >>> 0;
}

/** CRC-32C over a number as four little-endian bytes. */
export function crc32cOfU32(crc: number, number: number): number {
  let value = crc;
  for (let shift = 0; shift < 32; shift += 8) {
    value = crc32cTable[(value ^ (number >>> shift)) & 0xff]! ^ (value >>> 8);
  }
  return value >>> 0;
}

/** CRC-16 (ANSI) as the group descriptors of `uninit_bg` use it: start with 0xffff. */
export function crc16(crc: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  let value = crc;
  for (let at = from; at < to; at++) value = crc16Table[(value ^ bytes[at]!) & 0xff]! ^ (value >>> 8);
  return value & 0xffff;
}
