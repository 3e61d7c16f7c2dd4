import { pageSize } from './page.ts';
import { SpillFile } from './spill-file.ts';

const slotsPerBlock = 1024;
const piecePages = 256;
const firstPages = 16;

export interface SpillOptions {
  /** Pages held in memory before the oldest go to disk. */
  readonly memoryPages: number;
  readonly directory: string;
}

/**
 * Changed pages by number: the latest in memory, the rest in a spill file. Slots of the file are numbers in
 * sparse blocks, so that gigabytes of spilled pages cost a few megabytes to know.
 */
export class DirtyPages {
  readonly #options: SpillOptions;
  readonly #memory = new Map<number, Uint8Array>();
  /** Slot + 1 by page, in blocks; 0 is a page that is not in the file. */
  readonly #slots = new Map<number, Uint32Array>();
  readonly #freeSlots: number[] = [];
  /** Buffers of pages that went to disk, to be used again: fresh ones by the gigabyte would swell the heap. */
  readonly #idle: Uint8Array[] = [];
  #spill: SpillFile | undefined;
  #spilled = 0;

  constructor(options: SpillOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#memory.size + this.#spilled;
  }

  inMemory(page: number): Uint8Array | undefined {
    return this.#memory.get(page);
  }

  /** Where the page is in the spill file, undefined when it is not there. */
  slotOf(page: number): number | undefined {
    if (this.#spilled === 0) return undefined;
    const slot = this.#slots.get(Math.floor(page / slotsPerBlock))?.[page % slotsPerBlock] ?? 0;
    return slot === 0 ? undefined : slot - 1;
  }

  readSpilled(target: Uint8Array, slot: number, offset: number): void {
    if (this.#spill === undefined) throw new TypeError('no page was spilled');
    this.#spill.read(target, slot, offset);
  }

  /** The page in memory for writing; `fill` gives its bytes when it was not dirty before. */
  writable(page: number, fill: ((target: Uint8Array) => void) | undefined): Uint8Array {
    const known = this.#memory.get(page);
    if (known !== undefined) return known;
    if (this.#memory.size >= this.#options.memoryPages) this.#spillOldest();
    const bytes = this.#buffer();
    const slot = this.slotOf(page);
    if (slot !== undefined) this.#takeBack(page, slot, bytes);
    else fill?.(bytes);
    this.#memory.set(page, bytes);
    return bytes;
  }

  /** All page numbers, ascending. */
  numbers(): Uint32Array {
    const all = new Uint32Array(this.count);
    let index = 0;
    for (const page of this.#memory.keys()) all[index++] = page;
    for (const [block, slots] of this.#slots) {
      for (let i = 0; i < slotsPerBlock; i++) if (slots[i] !== 0) all[index++] = block * slotsPerBlock + i;
    }
    return all.sort();
  }

  clear(): void {
    this.#memory.clear();
    this.#slots.clear();
    this.#freeSlots.length = 0;
    this.#idle.length = 0;
    this.#spilled = 0;
    this.#spill?.close();
    this.#spill = undefined;
  }

  /** Buffers are cut from ever larger pieces of memory: a piece each would cost as much again in bookkeeping. */
  #buffer(): Uint8Array {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const count = Math.min(Math.max(firstPages, this.#memory.size), piecePages, this.#options.memoryPages);
    const piece = new ArrayBuffer(count * pageSize);
    for (let i = count - 1; i > 0; i--) this.#idle.push(new Uint8Array(piece, i * pageSize, pageSize));
    return new Uint8Array(piece, 0, pageSize);
  }

  #takeBack(page: number, slot: number, bytes: Uint8Array): void {
    this.readSpilled(bytes, slot, 0);
    this.#setSlot(page, 0);
    this.#freeSlots.push(slot);
    this.#spilled--;
  }

  /** An eighth at a time, in page order, so that streams land in the file as a few large writes. */
  #spillOldest(): void {
    this.#spill ??= new SpillFile(this.#options.directory);
    const wanted = Math.max(1, this.#options.memoryPages >> 3);
    const pages: number[] = [];
    for (const page of this.#memory.keys()) {
      pages.push(page);
      if (pages.length === wanted) break;
    }
    pages.sort((a, b) => a - b);
    const buffer = new Uint8Array(Math.min(piecePages, pages.length) * pageSize);
    const reused = Math.min(this.#freeSlots.length, pages.length);
    for (const page of pages.slice(0, reused)) this.#moveOut([page], this.#freeSlots.pop() ?? 0, buffer);
    for (let i = reused; i < pages.length; i += piecePages) {
      const piece = pages.slice(i, i + piecePages);
      this.#moveOut(piece, this.#spill.reserve(piece.length), buffer);
    }
  }

  #moveOut(pages: readonly number[], firstSlot: number, buffer: Uint8Array): void {
    const bytes = buffer.subarray(0, pages.length * pageSize);
    pages.forEach((page, i) => {
      bytes.set(this.#memory.get(page) ?? [], i * pageSize);
    });
    this.#spill?.write(bytes, firstSlot);
    pages.forEach((page, i) => {
      const idle = this.#memory.get(page);
      if (idle !== undefined) this.#idle.push(idle);
      this.#memory.delete(page);
      this.#setSlot(page, firstSlot + i + 1);
      this.#spilled++;
    });
  }

  #setSlot(page: number, value: number): void {
    const block = Math.floor(page / slotsPerBlock);
    let slots = this.#slots.get(block);
    if (slots === undefined) {
      slots = new Uint32Array(slotsPerBlock);
      this.#slots.set(block, slots);
    }
    slots[page % slotsPerBlock] = value;
  }
}
