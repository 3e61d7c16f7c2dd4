import fs from 'node:fs';
import { PiImageError } from '../model/errors.ts';
import { systemCode, writeFailure } from '../model/write-failure.ts';
import { checkBounds } from './bounds.ts';
import type { BlockDevice } from './device.ts';
import { writeAllNow } from './write-all.ts';

export interface FileDevice extends BlockDevice {
  /** Closes the file; further calls do nothing. */
  close(): void;
}

/**
 * A file of the build machine as a device. Its size is taken once, on opening. A read that the file cannot fill
 * is `image.damaged`; what the operating system refuses on writing is one of `output.*`.
 */
export function openFileDevice(path: string, options: { readonly writable: boolean }): FileDevice {
  return new OpenFile(path, options.writable);
}

class OpenFile implements FileDevice {
  readonly size: number;
  readonly #path: string;
  readonly #writable: boolean;
  #descriptor: number | undefined;

  constructor(path: string, writable: boolean) {
    this.#path = path;
    this.#writable = writable;
    try {
      this.#descriptor = fs.openSync(path, writable ? 'r+' : 'r');
    } catch (error) {
      throw openFailure(path, writable, error);
    }
    const stat = fs.fstatSync(this.#descriptor);
    if (!stat.isFile()) {
      this.close();
      throw new PiImageError('image.not-supported', `${path} is not a regular file`, {
        help: 'Give the path of an image file; card readers and other devices are not edited directly.',
      });
    }
    this.size = stat.size;
  }

  readInto(target: Uint8Array, position: number): void {
    checkBounds(this.size, position, target.length, this.#path);
    const descriptor = this.#open();
    let done = 0;
    while (done < target.length) {
      let count: number;
      try {
        count = fs.readSync(descriptor, target, done, target.length - done, position + done);
      } catch (error) {
        throw readFailure(this.#path, position + done, error);
      }
      if (count === 0) throw shrunk(this.#path, position + done, this.size);
      done += count;
    }
  }

  writeFrom(source: Uint8Array, position: number): void {
    checkBounds(this.size, position, source.length, this.#path);
    const descriptor = this.#open();
    if (!this.#writable) throw new TypeError(`${this.#path} was opened for reading only`);
    try {
      writeAllNow(descriptor, source, position);
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    fs.closeSync(descriptor);
  }

  #open(): number {
    if (this.#descriptor === undefined) throw new TypeError(`${this.#path} is closed already`);
    return this.#descriptor;
  }
}

function openFailure(path: string, writable: boolean, cause: unknown): PiImageError {
  const reason = systemCode(cause);
  if (reason === 'ENOENT') {
    return new PiImageError('source.not-found', `${path} does not exist`, {
      help: 'Check the path.',
      cause,
    });
  }
  if (writable) return writeFailure(path, cause);
  return new PiImageError('source.not-found', `${path} cannot be opened for reading: ${reason}`, {
    help: 'Check that it is a file and that you may read it.',
    cause,
  });
}

function readFailure(path: string, position: number, cause: unknown): PiImageError {
  return new PiImageError(
    'image.damaged',
    `${path} cannot be read at position ${position}: ${systemCode(cause)}`,
    {
      help: 'The disk that holds the file reports an error. Copy the file to another disk and try again.',
      cause,
    },
  );
}

function shrunk(path: string, position: number, size: number): PiImageError {
  return new PiImageError('image.damaged', `${path} ends at ${position}, it had ${size} bytes when opened`, {
    help: 'Something else changed the file meanwhile. Let no other program touch it and try again.',
  });
}
