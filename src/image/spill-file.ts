import fs from 'node:fs';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { writeFailure } from '../model/write-failure.ts';
import { pageSize } from './page.ts';

/**
 * A private temporary file of pages, for changes that do not fit into memory. It has mode 0600 and, where the
 * operating system allows it, no name any more while it is used: a killed process leaves nothing behind.
 */
export class SpillFile {
  readonly #parent: string;
  readonly #path: string;
  readonly #descriptor: number;
  #pages = 0;

  constructor(directory: string) {
    try {
      this.#parent = fs.mkdtempSync(path.join(directory, 'pi-image-changes-'));
      this.#path = path.join(this.#parent, 'pages');
      this.#descriptor = fs.openSync(this.#path, 'wx+', 0o600);
    } catch (error) {
      throw writeFailure(`a temporary file in ${directory}`, error);
    }
    this.#removeName();
  }

  /** Takes room for `count` neighbouring pages at the end of the file; the first one's slot. */
  reserve(count: number): number {
    const first = this.#pages;
    this.#pages += count;
    return first;
  }

  write(bytes: Uint8Array, slot: number): void {
    let done = 0;
    try {
      while (done < bytes.length) {
        done += fs.writeSync(this.#descriptor, bytes, done, bytes.length - done, slot * pageSize + done);
      }
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
  }

  read(target: Uint8Array, slot: number, offset = 0): void {
    let done = 0;
    while (done < target.length) {
      const position = slot * pageSize + offset + done;
      const count = fs.readSync(this.#descriptor, target, done, target.length - done, position);
      if (count === 0)
        throw new PiImageError('output.failed', `the temporary file ${this.#path} was cut off`);
      done += count;
    }
  }

  close(): void {
    fs.closeSync(this.#descriptor);
    this.#removeName();
  }

  #removeName(): void {
    try {
      fs.rmSync(this.#parent, { recursive: true, force: true });
    } catch {
      // Windows may refuse while the file is open; closing tries again.
    }
  }
}
