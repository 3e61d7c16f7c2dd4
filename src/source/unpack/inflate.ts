import { createInflateRaw } from 'node:zlib';
import type { DecodeContext } from './decoder.ts';
import { through } from './filter.ts';

/**
 * Deflate data without anything around it. Returns how many bytes belong to it: what follows its end is read in part, and
 * not looked at. Our own inflater, because the one of yauzl works in pieces of 16 KiB, which is slow for gigabytes.
 */
export async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  context: DecodeContext,
): AsyncGenerator<Uint8Array, number> {
  const inflater = createInflateRaw({ chunkSize: 256 * 1024 });
  const stop = (): void => void inflater.destroy();
  yield* through(packed, { input: inflater, output: inflater, ended: Promise.resolve(), stop }, context);
  return inflater.bytesWritten;
}
