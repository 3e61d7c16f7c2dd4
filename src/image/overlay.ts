import os from 'node:os';
import { checkBounds } from './bounds.ts';
import type { BlockDevice } from './device.ts';
import { DirtyPages } from './dirty-pages.ts';
import { pageSize, runsOf } from './page.ts';
import { ReadAhead } from './read-ahead.ts';

export interface OverlayOptions {
  /** Bytes of changes held in memory before the oldest go to a temporary file. @default 64 MiB */
  readonly spillAfter?: number;
  /** Where that file is made; a disk, not a memory file system. @default the system's temporary directory */
  readonly spillDirectory?: string;
}

/** Changed bytes next to each other; whole pages, except at the very end of the device. */
export interface DirtyRun {
  readonly position: number;
  readonly length: number;
}

/** A device over an untouched base: what is written stays here until it is read out, or dropped. */
export interface Overlay extends BlockDevice {
  /** Bytes that differ or may differ from the base: changed pages as a whole. */
  readonly dirtyBytes: number;
  /** Sorted, neighbours merged. Not to be used across a write. */
  dirtyRuns(): Iterable<DirtyRun>;
  /** The bytes of a run in pieces of 1 MiB at most, in order. */
  readDirty(run: DirtyRun): Iterable<Uint8Array>;
  /** Forgets all changes: the overlay shows the base again. */
  discard(): void;
  /** Drops everything, the temporary file included. The base stays open: it belongs to the caller. */
  close(): void;
}

const readPiece = 1024 * 1024;

/**
 * Copy-on-write pages of 4 KiB over `base`, which must not change meanwhile and is never written. With a `ReadAhead`
 * as base, what is read of it is kept for the next overlay too.
 */
export function createOverlay(base: BlockDevice, options: OverlayOptions = {}): Overlay {
  return new PagedOverlay(base, options);
}

class PagedOverlay implements Overlay {
  readonly size: number;
  readonly #base: ReadAhead;
  readonly #ownsBase: boolean;
  readonly #dirty: DirtyPages;

  constructor(base: BlockDevice, options: OverlayOptions) {
    this.size = base.size;
    this.#ownsBase = !(base instanceof ReadAhead);
    this.#base = base instanceof ReadAhead ? base : new ReadAhead(base);
    const memory = options.spillAfter ?? 64 * 1024 * 1024;
    this.#dirty = new DirtyPages({
      memoryPages: Math.max(1, Math.floor(memory / pageSize)),
      directory: options.spillDirectory ?? os.tmpdir(),
    });
  }

  get dirtyBytes(): number {
    const missing = this.#isDirty(Math.floor(this.size / pageSize)) ? pageSize - (this.size % pageSize) : 0;
    return this.#dirty.count * pageSize - missing;
  }

  readInto(target: Uint8Array, position: number): void {
    checkBounds(this.size, position, target.length, 'the image');
    let done = 0;
    while (done < target.length) {
      done += this.#readSome(target.subarray(done), position + done);
    }
  }

  writeFrom(source: Uint8Array, position: number): void {
    checkBounds(this.size, position, source.length, 'the image');
    let done = 0;
    while (done < source.length) {
      const at = position + done;
      const inPage = at % pageSize;
      const count = Math.min(pageSize - inPage, source.length - done);
      const page = (at - inPage) / pageSize;
      const fill = count === pageSize ? undefined : (bytes: Uint8Array) => this.#fill(bytes, page);
      this.#dirty.writable(page, fill).set(source.subarray(done, done + count), inPage);
      done += count;
    }
  }

  *dirtyRuns(): Generator<DirtyRun> {
    for (const { first, count } of runsOf(this.#dirty.numbers())) {
      const position = first * pageSize;
      yield { position, length: Math.min(count * pageSize, this.size - position) };
    }
  }

  *readDirty(run: DirtyRun): Generator<Uint8Array> {
    for (let done = 0; done < run.length; done += readPiece) {
      const piece = new Uint8Array(Math.min(readPiece, run.length - done));
      this.readInto(piece, run.position + done);
      yield piece;
    }
  }

  discard(): void {
    this.#dirty.clear();
  }

  close(): void {
    this.#dirty.clear();
    if (this.#ownsBase) this.#base.clear();
  }

  /** Reads what one source can give from `position` on; the number of bytes read. */
  #readSome(target: Uint8Array, position: number): number {
    const inPage = position % pageSize;
    const page = (position - inPage) / pageSize;
    const rest = Math.min(pageSize - inPage, target.length);
    const bytes = this.#dirty.inMemory(page);
    if (bytes !== undefined) {
      target.set(bytes.subarray(inPage, inPage + rest));
      return rest;
    }
    const slot = this.#dirty.slotOf(page);
    let length = rest;
    if (slot !== undefined) {
      for (let next = 1; length < target.length && this.#dirty.slotOf(page + next) === slot + next; next++) {
        length = Math.min(length + pageSize, target.length);
      }
      this.#dirty.readSpilled(target.subarray(0, length), slot, inPage);
      return length;
    }
    for (let next = 1; length < target.length && !this.#isDirty(page + next); next++) {
      length = Math.min(length + pageSize, target.length);
    }
    this.#base.readInto(target.subarray(0, length), position);
    return length;
  }

  #isDirty(page: number): boolean {
    return this.#dirty.inMemory(page) !== undefined || this.#dirty.slotOf(page) !== undefined;
  }

  #fill(target: Uint8Array, page: number): void {
    const position = page * pageSize;
    const inside = Math.min(pageSize, this.size - position);
    this.#base.readInto(target.subarray(0, inside), position);
    target.fill(0, inside);
  }
}
