import { writeFailure } from '../model/write-failure.ts';
import { type NamelessFile, openNamelessFile } from './nameless-file.ts';
import { pageSize } from './page.ts';
import { writeAllNow } from './write-all.ts';

/** A private temporary file of pages, for changes that do not fit into memory. */
export class SpillFile {
  readonly #file: NamelessFile;
  #pages = 0;

  constructor(directory: string) {
    this.#file = openNamelessFile(directory);
  }

  /** Takes room for `count` neighbouring pages at the end of the file; the first one's slot. */
  reserve(count: number): number {
    const first = this.#pages;
    this.#pages += count;
    return first;
  }

  write(bytes: Uint8Array, slot: number): void {
    try {
      writeAllNow(this.#file.descriptor, bytes, slot * pageSize);
    } catch (error) {
      throw writeFailure(this.#file.path, error);
    }
  }

  read(target: Uint8Array, slot: number, offset = 0): void {
    this.#file.readInto(target, slot * pageSize + offset);
  }

  close(): void {
    this.#file.close();
  }
}
