const zeros = Buffer.alloc(64 * 1024);

/** Whether the bytes from `from` to before `to` are all zero. */
export function isZero(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  for (let at = from; at < to; at += zeros.length) {
    const end = Math.min(at + zeros.length, to);
    if (zeros.compare(bytes, at, end, 0, end - at) !== 0) return false;
  }
  return true;
}
