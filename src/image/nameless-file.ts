import fs from 'node:fs';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { writeFailure } from '../model/write-failure.ts';

export interface NamelessFile {
  readonly descriptor: number;
  /** Where it was, for errors. */
  readonly path: string;
  /** Fills the whole of `target` from `position`. */
  readInto(target: Uint8Array, position: number): void;
  close(): void;
}

/**
 * A private temporary file. It has mode 0600 and, where the operating system allows it, no name any more while it is
 * used: a killed process leaves nothing behind.
 */
export function openNamelessFile(directory: string, mode: 'wx+' | 'ax+' = 'wx+'): NamelessFile {
  let parent: string;
  let file: string;
  let descriptor: number;
  try {
    parent = fs.mkdtempSync(path.join(directory, 'pi-image-changes-'));
    file = path.join(parent, 'pages');
    descriptor = fs.openSync(file, mode, 0o600);
  } catch (error) {
    throw writeFailure(`a temporary file in ${directory}`, error);
  }
  const removeName = (): void => {
    try {
      fs.rmSync(parent, { recursive: true, force: true });
    } catch {
      // Windows may refuse while the file is open; closing tries again.
    }
  };
  removeName();
  return {
    descriptor,
    path: file,
    readInto(target, position) {
      for (let done = 0; done < target.length; ) {
        const count = fs.readSync(descriptor, target, done, target.length - done, position + done);
        if (count === 0) throw new PiImageError('output.failed', `the temporary file ${file} was cut off`);
        done += count;
      }
    },
    close() {
      fs.closeSync(descriptor);
      removeName();
    },
  };
}
