/** Little-endian access to the fields of on-disk structures. Reads past the end give 0, never an exception. */
export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

export function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}

export function setU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = (value >>> 8) & 0xff;
}

export function setU32(bytes: Uint8Array, at: number, value: number): void {
  setU16(bytes, at, value & 0xffff);
  setU16(bytes, at + 2, (value >>> 16) & 0xffff);
}

/** A number of up to 53 bits from its low 32 bits and the rest. */
export function joined(low: number, high: number): number {
  return low + high * 2 ** 32;
}

export function highPart(value: number): number {
  return Math.floor(value / 2 ** 32);
}
