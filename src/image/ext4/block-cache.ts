import type { BlockDevice } from '../device.ts';
import { damaged } from './faults.ts';

/** Bytes of unchanged blocks kept in memory. */
const cleanLimit = 4 * 1024 ** 2;

interface Undo {
  readonly buffer: Uint8Array | undefined;
  readonly before: Uint8Array | undefined;
  readonly dirty: boolean;
}

/**
 * The metadata blocks of a file system: read once, changed in memory, written by `flush`. Between `begin` and `commit` a
 * copy of every block that changes is kept, so that `rollback` leaves no trace of an operation that failed half-way.
 */
export class BlockCache {
  readonly blockSize: number;
  readonly blockCount: number;
  readonly #device: BlockDevice;
  readonly #blocks = new Map<number, Uint8Array>();
  readonly #dirty = new Set<number>();
  #undo: Map<number, Undo> | undefined;
  #trace: Set<number> | undefined;

  constructor(device: BlockDevice, blockSize: number, blockCount: number) {
    this.#device = device;
    this.blockSize = blockSize;
    this.blockCount = blockCount;
  }

  /** The block itself, not a copy: to be changed only after `edit`. */
  read(block: number): Uint8Array {
    this.#trace?.add(block);
    const known = this.#blocks.get(block);
    if (known !== undefined) return known;
    this.#checkRange(block, 1);
    const bytes = new Uint8Array(this.blockSize);
    this.#device.readInto(bytes, block * this.blockSize);
    this.#evict();
    this.#blocks.set(block, bytes);
    return bytes;
  }

  /** Does something, and tells which blocks it has read. */
  traced<T>(action: () => T): { readonly result: T; readonly read: ReadonlySet<number> } {
    const read = new Set<number>();
    this.#trace = read;
    try {
      return { result: action(), read };
    } finally {
      this.#trace = undefined;
    }
  }

  /** The same buffer as `read` gives, from now on free to be changed. */
  edit(block: number): Uint8Array {
    const bytes = this.read(block);
    this.#remember(block);
    this.#dirty.add(block);
    return bytes;
  }

  /** A block whose old content does not matter, filled with zeros. */
  fresh(block: number): Uint8Array {
    this.#checkRange(block, 1);
    this.#remember(block);
    const bytes = this.#blocks.get(block)?.fill(0) ?? new Uint8Array(this.blockSize);
    this.#blocks.set(block, bytes);
    this.#dirty.add(block);
    return bytes;
  }

  /** The block is free now: what is in memory of it must not be written any more. */
  forget(block: number): void {
    if (!this.#blocks.has(block)) return;
    this.#remember(block);
    this.#blocks.delete(block);
    this.#dirty.delete(block);
  }

  /** File content passes by the cache. `target` may be any length. */
  readContent(target: Uint8Array, block: number, offset: number): void {
    this.#checkRange(block, Math.ceil((offset + target.length) / this.blockSize));
    this.#device.readInto(target, block * this.blockSize + offset);
  }

  /** Writes whole blocks that belong to a file. */
  writeContent(source: Uint8Array, block: number): void {
    this.#checkRange(block, Math.ceil(source.length / this.blockSize));
    this.#device.writeFrom(source, block * this.blockSize);
  }

  /** Writes one block now and keeps it no longer: content that waited for its operation to succeed. */
  writeThrough(block: number): void {
    const bytes = this.#blocks.get(block);
    if (bytes !== undefined) this.#device.writeFrom(bytes, block * this.blockSize);
    this.#blocks.delete(block);
    this.#dirty.delete(block);
  }

  begin(): void {
    this.#undo = new Map();
  }

  commit(): void {
    this.#undo = undefined;
  }

  rollback(): void {
    for (const [block, { buffer, before, dirty }] of this.#undo ?? []) {
      const forgotten = !this.#blocks.has(block);
      this.#dirty.delete(block);
      if (buffer === undefined || before === undefined) {
        this.#blocks.delete(block);
        continue;
      }
      buffer.set(before);
      this.#blocks.set(block, buffer);
      // What was forgotten may have been written over as content of a file.
      if (dirty || forgotten) this.#dirty.add(block);
    }
    this.#undo = undefined;
  }

  get dirtyBytes(): number {
    return this.#dirty.size * this.blockSize;
  }

  /** In order of position, so that the device below sees one sweep. */
  flush(): void {
    for (const block of [...this.#dirty].sort((a, b) => a - b)) {
      this.#device.writeFrom(this.#blocks.get(block)!, block * this.blockSize);
    }
    this.#dirty.clear();
  }

  #remember(block: number): void {
    if (this.#undo === undefined || this.#undo.has(block)) return;
    const buffer = this.#blocks.get(block);
    this.#undo.set(block, { buffer, before: buffer?.slice(), dirty: this.#dirty.has(block) });
  }

  /** Oldest first; never inside an operation, which may hold on to the buffers it was given. */
  #evict(): void {
    if (this.#undo !== undefined || this.#blocks.size * this.blockSize < cleanLimit) return;
    for (const block of this.#blocks.keys()) {
      if (this.#blocks.size * this.blockSize < cleanLimit / 2) break;
      if (!this.#dirty.has(block)) this.#blocks.delete(block);
    }
  }

  #checkRange(block: number, count: number): void {
    if (Number.isSafeInteger(block) && block >= 0 && block + count <= this.blockCount) return;
    throw damaged(`block ${block} lies outside of it (${this.blockCount} blocks)`);
  }
}
