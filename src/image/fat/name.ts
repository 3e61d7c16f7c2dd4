import { volumeErrors as errors } from '../volume-errors.ts';
import { partsOf } from '../volume-path.ts';

const longestName = 255;
const longestPath = 4096;
const forbidden = /["*:<>?|\\\p{Cc}]/u;

/** Why `name` cannot stand in a FAT directory; undefined when it can. FatFs would quietly change such names. */
export function nameFault(name: string): string | undefined {
  if (name.length > longestName) return `more than ${longestName} UTF-16 units`;
  if (/[. ]$/.test(name)) return 'FAT drops a dot or a space at the end';
  const character = forbidden.exec(name)?.[0];
  if (character !== undefined) return `FAT does not allow the character ${JSON.stringify(character)}`;
  if (/\p{Surrogate}/u.test(name)) return 'it is not proper Unicode';
  return undefined;
}

/** Whether a path can exist at all. Throws `image.name` when it is not a path. */
export function isPossible(path: string): boolean {
  const parts = partsOf(path);
  return Buffer.byteLength(path) <= longestPath && parts.every((part) => nameFault(part) === undefined);
}

/** Throws `image.name` when an entry at `path` cannot be made. */
export function checkPath(path: string): void {
  for (const part of partsOf(path)) {
    const fault = nameFault(part);
    if (fault !== undefined) throw errors.name(part, fault);
  }
  if (Buffer.byteLength(path) > longestPath) {
    throw errors.name(path, `the path has more than ${longestPath} bytes`);
  }
}
