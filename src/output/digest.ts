import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import zlib from 'node:zlib';
import { readBuffer } from '../model/read-buffer.ts';
import { writeFailure } from '../model/write-failure.ts';
import { type ImageContent, type Part, piecesOf, type Run } from './content.ts';

const pieceSize = 1024 * 1024;

/**
 * SHA-256 of a file that was written just now; hex.
 * @throws PiImageError `output.failed` when it cannot be read any more
 */
export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of readThrough(file)) hash.update(bytes);
  return hash.digest('hex');
}

/**
 * SHA-256 of a file, which has to consist of these parts, in this order; hex.
 * @throws Error when it does not
 */
export async function digestOfParts(file: string, parts: readonly Part[]): Promise<string> {
  const hash = createHash('sha256');
  const left = parts[Symbol.iterator]();
  let part = left.next().value;
  let done = 0;
  let crc32 = 0;
  for await (const bytes of readThrough(file)) {
    hash.update(bytes);
    for (let at = 0; at < bytes.length; ) {
      if (part === undefined) throw changed(file);
      const some = bytes.subarray(at, at + part.length - done);
      crc32 = zlib.crc32(some, crc32);
      at += some.length;
      done += some.length;
      if (done < part.length) continue;
      if (crc32 !== part.crc32) throw changed(file);
      part = left.next().value;
      done = crc32 = 0;
    }
  }
  if (part !== undefined) throw changed(file);
  return hash.digest('hex');
}

/** SHA-256 of some of an image; hex. */
export async function digestOfContent(
  content: Pick<ImageContent, 'readInto'>,
  run: Run,
  {
    progress,
    signal,
  }: { readonly progress?: (done: number) => void; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const hash = createHash('sha256');
  const buffer = readBuffer(Math.min(pieceSize, run.length));
  for (const piece of piecesOf(run, pieceSize)) {
    signal?.throwIfAborted();
    const bytes = buffer.subarray(0, piece.length);
    content.readInto(bytes, piece.position);
    hash.update(bytes);
    progress?.(piece.position + piece.length - run.position);
    await nextTurn();
  }
  return hash.digest('hex');
}

async function* readThrough(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw writeFailure(file, error);
  }
}

function changed(file: string): Error {
  return new Error(`${file} does not hold what was written to it`);
}
