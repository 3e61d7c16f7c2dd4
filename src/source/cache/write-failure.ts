import { type ErrorCode, PiImageError } from '../../model/errors.ts';

const another = 'use another place with --cache-dir';

const meanings: Readonly<Record<string, readonly [code: ErrorCode, what: string, help: string]>> = {
  ENOSPC: [
    'output.no-space',
    'the disk is full',
    `free some space there (\`pi-image cache clear\`), or ${another}`,
  ],
  EDQUOT: ['output.no-space', 'your quota is used up', `free some space there, or ${another}`],
  EFBIG: ['output.no-space', 'its file system takes no files that large', another],
  EACCES: ['output.permission', 'it may not be written to', `check its owner and mode, or ${another}`],
  EPERM: ['output.permission', 'it may not be written to', `check its owner and mode, or ${another}`],
  EROFS: ['output.permission', 'the disk is read-only', another],
  ENOTDIR: ['output.permission', 'a part of that path is a file', another],
  ENOENT: ['output.failed', 'a part of it was removed meanwhile', 'run it again'],
  EIO: ['output.failed', 'the disk reports an error', another],
  EEXIST: ['output.permission', 'a file is in the way', another],
};

/**
 * What a failed write below the cache means to the user; every other error comes back as it is. Errors of open
 * files name no path, those of other files do.
 */
export function cacheFailure(place: string, error: unknown): unknown {
  const { code: reason, path = place } = (error ?? {}) as NodeJS.ErrnoException;
  const meaning = typeof reason === 'string' ? meanings[reason] : undefined;
  // A folder above it may be what cannot be made.
  const concerned = path.startsWith(place) || place.startsWith(path);
  if (!meaning || !concerned || PiImageError.is(error)) return error;
  const [code, what, help] = meaning;
  return new PiImageError(code, `the store of base images ${place} cannot be written: ${what}`, {
    help,
    cause: error,
  });
}
