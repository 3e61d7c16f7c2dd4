import { type FileHandle, open } from 'node:fs/promises';
import { EarlyFlush } from '../../model/early-flush.ts';
import { dataRuns, holeSize } from '../../model/sparse.ts';
import type { ImageCopy } from './image-copy.ts';

const bufferSize = 16 * holeSize;

export interface SparseFileOptions {
  readonly isPrivate: boolean;
  readonly copy?: ImageCopy | undefined;
}

/**
 * Writes a new file from front to back. Blocks of zeros are left out and become holes where the file system has
 * them; elsewhere they read as zeros just the same. While one buffer is written the next is filled. A copy takes the
 * same bytes at the same places.
 */
export class SparseFile {
  /** Bytes given so far. */
  size = 0;
  readonly #handle: FileHandle;
  readonly #copy: ImageCopy | undefined;
  readonly #early: EarlyFlush;
  #filling = Buffer.allocUnsafe(bufferSize);
  #spare = Buffer.allocUnsafe(bufferSize);
  #filled = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandle, copy: ImageCopy | undefined) {
    this.#handle = handle;
    this.#copy = copy;
    this.#early = new EarlyFlush(() => handle.datasync());
  }

  static async create(path: string, { isPrivate, copy }: SparseFileOptions): Promise<SparseFile> {
    const handle = await open(path, 'wx', isPrivate ? 0o600 : 0o644);
    try {
      await copy?.begin(path);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new SparseFile(handle, copy);
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

  /** Writes what is left and sets the size. */
  async finish(): Promise<void> {
    await this.#turn();
    await this.#writing;
    await this.#handle.truncate(this.size);
    await this.#copy?.end(this.size);
  }

  /** Waits until all of it is on the disk. */
  async sync(): Promise<void> {
    await this.#early.end();
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#early.end().catch(() => {});
    await this.#handle.close();
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
    for (const { position: start, length } of dataRuns(bytes)) {
      const run = bytes.subarray(start, start + length);
      await Promise.all([this.#write(run, position + start), this.#copy?.write(run, position + start)]);
      this.#early.written(run.length);
    }
  }

  async #write(bytes: Buffer, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      try {
        done += (await this.#handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
      } catch (error) {
        // The image matters more than its copy, and may fit alone.
        if (!isFull(error) || !(await this.#copy?.giveUp())) throw error;
      }
    }
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(String((error as NodeJS.ErrnoException).code));
}
