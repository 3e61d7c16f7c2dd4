/** Bytes that take the place of those of a block. */
export interface Edit {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** More than it takes to tell of an edit. */
const closeTogether = 64;

/** What edits change in data, without what is as it was. Their bytes are copies. */
export function* changesIn(data: Uint8Array, edits: readonly Edit[]): Generator<Edit> {
  for (const { position, bytes } of edits) {
    const differs = (index: number): boolean => bytes[index] !== data[position + index];
    for (let start = 0; start < bytes.length; start++) {
      if (!differs(start)) continue;
      let end = start + 1;
      for (let at = end; at < bytes.length && at < end + closeTogether; at++) if (differs(at)) end = at + 1;
      yield { position: position + start, bytes: bytes.slice(start, end) };
      start = end;
    }
  }
}

/** Swaps the bytes of edits with those in their places, up to `end`; again, and all is as before. */
export function exchange(data: Uint8Array, edits: readonly Edit[], end: number): void {
  for (const { position, bytes } of edits) {
    const length = Math.min(bytes.length, end - position);
    if (length <= 0) return;
    const before = data.slice(position, position + length);
    data.set(bytes.subarray(0, length), position);
    bytes.set(before);
  }
}
