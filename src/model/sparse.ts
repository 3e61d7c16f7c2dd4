import { isZero } from './zeros.ts';

/** Shorter stretches of zeros, in bytes, are written: a hole saves little there, and makes a file of many fragments. */
export const holeSize = 64 * 1024;

export interface Stretch {
  readonly position: number;
  readonly length: number;
}

/** The stretches of `bytes` that are worth storing: all but whole, aligned pieces of 64 KiB of zeros. */
export function* dataRuns(bytes: Uint8Array): Generator<Stretch> {
  let start = -1;
  for (let at = 0; at < bytes.length; at += holeSize) {
    const isData = !isZero(bytes, at, Math.min(at + holeSize, bytes.length));
    if (isData && start < 0) start = at;
    if (isData || start < 0) continue;
    yield { position: start, length: at - start };
    start = -1;
  }
  if (start >= 0) yield { position: start, length: bytes.length - start };
}
