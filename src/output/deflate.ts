import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { ImageContent, WriteOptions } from './content.ts';
import { combineCrc32 } from './crc32.ts';
import { type EncodeOptions, type Encoder, encodeImage } from './encode.ts';
import { levels } from './level.ts';

/**
 * Bytes deflated on their own. Matches never reach further back than 32 KiB, so larger pieces would gain next to
 * nothing, and an edit of some bytes changes one piece only.
 */
const pieceSize = 1024 * 1024;
/** An empty last block (RFC 1951, 3.2.6): all before it ends in sync flushes, so any piece can be the last. */
const end = Uint8Array.of(0x03, 0x00);

const deflateRaw = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.deflateRaw);
const inflateRaw = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);

/** What the trailer of a format says of the data. */
export interface Deflated {
  readonly crc32: number;
  /** Of the data, in bytes. */
  readonly size: number;
  readonly deflatedSize: number;
}

export interface DeflateOptions extends WriteOptions, EncodeOptions {
  /** Of zlib, 1 to 9. @default 6 */
  readonly level?: number | undefined;
}

/** Deflates an image into one stream (RFC 1951), in pieces on all cores; `append` gets the stream in order. */
export async function deflate(
  content: ImageContent,
  append: (bytes: Uint8Array) => Promise<void>,
  { progress, level = levels['.img.gz'].usual, ...options }: DeflateOptions,
): Promise<Deflated> {
  let crc32 = 0;
  let deflatedSize = end.length;
  for await (const { run, code } of encodeImage(content, deflater(level), options)) {
    await append(code.bytes);
    crc32 = combineCrc32(crc32, code.figure, run.length);
    deflatedSize += code.bytes.length;
    progress(run.position + run.length);
  }
  await append(end);
  return { crc32, size: content.size, deflatedSize };
}

const deflater = (level: number): Encoder => ({
  name: `deflate-${process.versions.zlib}-${level}`,
  // Pieces together make fewer files of the store, and more to hold in memory; the stream is the same.
  cuts: { large: 4 * pieceSize, small: pieceSize },
  // One more than there are cores, so that none waits for this thread to hand it the next piece.
  limit: availableParallelism() + 1,
  async encode(bytes) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += pieceSize) {
      pieces.push(await deflatePiece(bytes.subarray(at, at + pieceSize), level));
    }
    return { bytes: Buffer.concat(pieces), figure: zlib.crc32(bytes) };
  },
  async *decode({ bytes }, size) {
    yield inflateRaw(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH, chunkSize: Math.max(64, size + 1) });
  },
});

function deflatePiece(bytes: Uint8Array, level: number): Promise<Buffer> {
  return deflateRaw(bytes, {
    level,
    finishFlush: zlib.constants.Z_SYNC_FLUSH,
    // Room for all of it at once: every full buffer costs a round through the thread pool.
    chunkSize: bytes.length + 1024,
  });
}
