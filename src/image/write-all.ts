import { writeSync } from 'node:fs';

/** Writes all of the bytes, at that position of the file, and returns when it is done. */
export function writeAllNow(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
}
