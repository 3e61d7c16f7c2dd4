import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readBuffer } from '../model/read-buffer.ts';
import { dataRuns } from '../model/sparse.ts';
import { type ImageContent, piecesOf, type Run, type Sink, type WriteOptions, wholeOf } from './content.ts';

/** What a cache of a processor holds; fewer bytes cost more calls. */
const pieceSize = 1024 * 1024;

export interface RawSink extends Sink {
  /** Whether the bytes of the base are in it already. */
  readonly holdsBase: boolean;
  /** Cuts or extends; what is new reads as zeros. */
  resize(size: number): Promise<void>;
}

/**
 * Writes an image as it is, zeros as holes, in one pass; where those of the base are in it already, only what differs from them.
 * Returns the SHA-256 of the image when it is wanted.
 */
export async function writeRaw(
  content: ImageContent,
  sink: RawSink,
  options: WriteOptions & { readonly digest: boolean },
): Promise<string | undefined> {
  const hash = options.digest ? createHash('sha256') : undefined;
  const whole = wholeOf(content);
  await sink.resize(content.size);
  if (sink.holdsBase) {
    await forEachPiece(content, content.dirtyRuns(), options, (bytes, at) => sink.write(bytes, at));
    if (hash) await forEachPiece(content, [whole], options, async (bytes) => void hash.update(bytes));
  } else {
    await forEachPiece(content, [whole], options, (bytes, at) => {
      const writing = writeSparse(sink, bytes, at);
      hash?.update(bytes);
      return writing;
    });
  }
  return hash?.digest('hex');
}

async function writeSparse(sink: Sink, bytes: Uint8Array, position: number): Promise<void> {
  for (const run of dataRuns(bytes)) {
    await sink.write(bytes.subarray(run.position, run.position + run.length), position + run.position);
  }
}

/** Reads a piece while the one before is still in use. */
async function forEachPiece(
  content: ImageContent,
  runs: Iterable<Run>,
  { progress, signal }: WriteOptions,
  use: (bytes: Uint8Array, position: number) => Promise<void>,
): Promise<void> {
  const buffers = [readBuffer(pieceSize), readBuffer(pieceSize)] as const;
  let inUse = Promise.resolve();
  let turn: 0 | 1 = 0;
  for (const run of runs) {
    for (const { position, length } of piecesOf(run, pieceSize)) {
      signal?.throwIfAborted();
      const bytes = buffers[turn].subarray(0, length);
      turn = turn === 0 ? 1 : 0;
      content.readInto(bytes, position);
      await inUse;
      inUse = use(bytes, position);
      // The next turn awaits it; this one only keeps a failure from counting as unhandled until then.
      inUse.catch(() => {});
      progress(position + length);
      // Where nothing has to be written, nothing else would let timers and signals in.
      await nextTurn();
    }
  }
  await inUse;
}
