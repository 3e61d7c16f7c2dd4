import { type FileHandle, open } from 'node:fs/promises';

/** A block of zeros this large becomes a hole. Smaller ones would make files of many fragments for little gain. */
const holeSize = 64 * 1024;
const bufferSize = 16 * holeSize;
const zeros = Buffer.alloc(holeSize);

/** Bytes after which the disk is told to begin, so that there is little to wait for at the end. */
const flushEvery = 128 * 1024 * 1024;

/**
 * Writes a new file from front to back. Blocks of zeros are left out and become holes where the file system has
 * them; elsewhere they read as zeros just the same. While one buffer is written the next is filled.
 */
export class SparseFile {
  /** Bytes given so far. */
  size = 0;
  readonly #handle: FileHandle;
  #filling = Buffer.allocUnsafe(bufferSize);
  #spare = Buffer.allocUnsafe(bufferSize);
  #filled = 0;
  #writing: Promise<void> = Promise.resolve();
  #flushing: Promise<void> | undefined;
  #flushFailure: unknown;
  #unflushed = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string, { isPrivate }: { isPrivate: boolean }): Promise<SparseFile> {
    return new SparseFile(await open(path, 'wx', isPrivate ? 0o600 : 0o644));
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.length; ) {
      const count = Math.min(chunk.length - taken, bufferSize - this.#filled);
      this.#filling.set(chunk.subarray(taken, taken + count), this.#filled);
      this.#filled += count;
      taken += count;
      this.size += count;
      if (this.#filled === bufferSize) await this.#turn();
    }
  }

  /** Writes what is left, sets the size and waits until all of it is on the disk. */
  async finish(): Promise<void> {
    await this.#turn();
    await this.#writing;
    await this.#flushing;
    if (this.#flushFailure) throw this.#flushFailure;
    await this.#handle.truncate(this.size);
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#flushing;
    await this.#handle.close();
  }

  /** In passing. A failure is kept for the end, because a system tells it only once. */
  #flush(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#unflushed < flushEvery || this.#flushing) return;
    this.#unflushed = 0;
    this.#flushing = this.#handle.datasync().then(
      () => {
        this.#flushing = undefined;
      },
      (error) => {
        this.#flushFailure = error;
      },
    );
  }

  async #turn(): Promise<void> {
    await this.#writing;
    const full = this.#filling.subarray(0, this.#filled);
    this.#writing = this.#put(full, this.size - this.#filled);
    // Whoever comes next awaits it; until then a failure must not count as unhandled.
    this.#writing.catch(() => {});
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
    this.#filled = 0;
  }

  async #put(bytes: Buffer, position: number): Promise<void> {
    for (const [start, end] of dataRuns(bytes)) {
      this.#flush(end - start);
      for (let at = start; at < end; ) {
        const { bytesWritten } = await this.#handle.write(bytes, at, end - at, position + at);
        at += bytesWritten;
      }
    }
  }
}

/** The stretches of `bytes` that are not zero, in whole blocks. */
function* dataRuns(bytes: Buffer): Generator<readonly [start: number, end: number]> {
  let start = -1;
  for (let at = 0; at < bytes.length; at += holeSize) {
    const end = Math.min(at + holeSize, bytes.length);
    const empty = bytes.subarray(at, end).equals(zeros.subarray(0, end - at));
    if (empty && start >= 0) yield [start, at];
    if (empty) start = -1;
    else if (start < 0) start = at;
  }
  if (start >= 0) yield [start, bytes.length];
}
