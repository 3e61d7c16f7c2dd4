import { readBuffer } from '../model/read-buffer.ts';
import { type ImageContent, piecesOf, type Run } from './content.ts';

const pieceSize = 1024 * 1024;

export interface Comparison {
  /** Takes the bytes that come next; how many have come in all. */
  next(bytes: Uint8Array): number;
  /** Whether what came is the run, to its end and no more. */
  isAlike(): boolean;
}

/** Compares a run of an image with bytes that arrive in order; what it finds is told at the end, since decoders take no errors. */
export function comparison(content: ImageContent, { position: start, length: size }: Run): Comparison {
  const wanted = readBuffer(Math.min(pieceSize, size));
  let done = 0;
  let isAlike = true;
  const isThere = (bytes: Uint8Array, at: number): boolean => {
    if (at + bytes.length > size) return false;
    const there = wanted.subarray(0, bytes.length);
    content.readInto(there, start + at);
    return Buffer.compare(bytes, there) === 0;
  };
  return {
    next(bytes) {
      for (const { position, length } of piecesOf({ position: 0, length: bytes.length }, pieceSize)) {
        isAlike &&= isThere(bytes.subarray(position, position + length), done + position);
      }
      done += bytes.length;
      return done;
    },
    isAlike: () => isAlike && done === size,
  };
}
