import zlib from 'node:zlib';

/** Bytes next to each other, in bytes. */
export interface Run {
  readonly position: number;
  readonly length: number;
}

/** The bytes of a finished image, and which of them may differ from the base: what an overlay offers. */
export interface ImageContent {
  readonly size: number;
  /** Fills the whole of `target` from `position`. */
  readInto(target: Uint8Array, position: number): void;
  /** Sorted, without overlaps. */
  dirtyRuns(): Iterable<Run>;
}

/** Takes the bytes of a file that is being written. */
export interface Sink {
  write(bytes: Uint8Array, position: number): Promise<void>;
}

/** Writes one thing behind the other, from `position` on. */
export function appender(sink: Sink, position = 0): (bytes: Uint8Array) => Promise<void> {
  let end = position;
  return async (bytes) => {
    await sink.write(bytes, end);
    end += bytes.length;
  };
}

export interface WriteOptions {
  /** Told the bytes of the image that are done. */
  readonly progress: (done: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export function wholeOf({ size }: ImageContent): Run {
  return { position: 0, length: size };
}

/** Cuts a run into pieces of `size` bytes, the last one shorter. */
export function* piecesOf(run: Run, size: number): Generator<Run> {
  for (let done = 0; done < run.length; done += size) {
    yield { position: run.position + done, length: Math.min(size, run.length - done) };
  }
}

/** Bytes as they were given to a sink. */
export interface Part extends Run {
  readonly crc32: number;
}

/** A sink that remembers what it was given. What is written twice has to have the same place and length. */
export function recorded(sink: Sink): { readonly sink: Sink; readonly parts: () => readonly Part[] } {
  const parts = new Map<number, Part>();
  return {
    sink: {
      write(bytes, position) {
        const { length } = bytes;
        if (length > 0) parts.set(position, { position, length, crc32: zlib.crc32(bytes) });
        return sink.write(bytes, position);
      },
    },
    parts: () => [...parts.values()].sort((a, b) => a.position - b.position),
  };
}
