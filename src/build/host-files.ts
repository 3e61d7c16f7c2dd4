import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../model/content.ts';
import { PiImageError } from '../model/errors.ts';

/** Files of the build machine, opened while a plan is applied and closed together afterwards. */
export class HostFiles implements Disposable {
  readonly #descriptors: number[] = [];

  /** @throws PiImageError `spec.missing` when the file went away or shrank since it was looked at. */
  open(path: string): ByteSource {
    const descriptor = this.#open(path);
    const { size } = fstatSync(descriptor);
    return {
      size,
      readInto(target, position) {
        for (let done = 0; done < target.length; ) {
          const read = readSync(descriptor, target, done, target.length - done, position + done);
          if (read === 0) throw new PiImageError('spec.missing', `${path} shrank while it was read`);
          done += read;
        }
      },
    };
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#descriptors.splice(0)) closeSync(descriptor);
  }

  #open(path: string): number {
    try {
      const descriptor = openSync(path, 'r');
      this.#descriptors.push(descriptor);
      return descriptor;
    } catch (cause) {
      throw new PiImageError('spec.missing', `${path} cannot be read: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}
