/** Bits in the order of ext4: bit 0 is the lowest of byte 0. Set means in use. */
export function isSet(bitmap: Uint8Array, bit: number): boolean {
  return (bitmap[bit >> 3]! & (1 << (bit & 7))) !== 0;
}

export function setBits(bitmap: Uint8Array, from: number, to: number): void {
  for (let bit = from; bit < to; bit++) {
    if ((bit & 7) === 0 && bit + 8 <= to) {
      bitmap[bit >> 3] = 0xff;
      bit += 7;
    } else bitmap[bit >> 3]! |= 1 << (bit & 7);
  }
}

export function clearBits(bitmap: Uint8Array, from: number, to: number): void {
  for (let bit = from; bit < to; bit++) bitmap[bit >> 3]! &= ~(1 << (bit & 7));
}

/** Whether all bits of the range are set. */
export function areSet(bitmap: Uint8Array, from: number, to: number): boolean {
  for (let bit = from; bit < to; bit++) if (!isSet(bitmap, bit)) return false;
  return true;
}

/** The first bit from `from` that is clear, or `end`. */
export function nextClear(bitmap: Uint8Array, from: number, end: number): number {
  let bit = from;
  while (bit < end) {
    if ((bit & 7) === 0 && bitmap[bit >> 3] === 0xff) bit += 8;
    else if (isSet(bitmap, bit)) bit++;
    else return bit;
  }
  return end;
}

/** The first bit from `from` that is set, or `end`. */
export function nextSet(bitmap: Uint8Array, from: number, end: number): number {
  let bit = from;
  while (bit < end) {
    if ((bit & 7) === 0 && bitmap[bit >> 3] === 0) bit += 8;
    else if (!isSet(bitmap, bit)) bit++;
    else return bit;
  }
  return end;
}

const ones = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
});

/** How many of the first `end` bits are clear. */
export function countClear(bitmap: Uint8Array, end: number): number {
  let set = 0;
  for (let at = 0; at < end >> 3; at++) set += ones[bitmap[at]!]!;
  for (let bit = end & ~7; bit < end; bit++) if (isSet(bitmap, bit)) set++;
  return end - set;
}
