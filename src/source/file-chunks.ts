import { createReadStream } from 'node:fs';
import { PiImageError } from '../model/errors.ts';

export interface FileChunksOptions {
  /** The file as errors call it. */
  readonly subject: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/** A file from front to back. `source.not-found` when it cannot be read. */
export async function* fileChunks(
  path: string,
  { subject, signal, onProgress }: FileChunksOptions,
): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(path, { highWaterMark: 256 * 1024, ...(signal && { signal }) });
  const chunks = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  let done = 0;
  try {
    for (;;) {
      const next = await chunks.next().catch((cause) => {
        signal?.throwIfAborted();
        throw unreadable(subject, cause);
      });
      if (next.done) return;
      done += next.value.length;
      onProgress?.(done);
      yield next.value;
    }
  } finally {
    stream.destroy();
  }
}

/** Why a file of the user cannot be read; errors of ours come back as they are. */
export function unreadable(subject: string, cause: unknown): unknown {
  if (PiImageError.is(cause)) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new PiImageError('source.not-found', `${subject} does not exist`, {
      help: 'check the path; `pi-image images` lists what is known by name',
      cause,
    });
  }
  return new PiImageError('source.not-found', `${subject} cannot be read: ${code}`, {
    help: 'check that you may read it, and that its disk is in order',
    cause,
  });
}
