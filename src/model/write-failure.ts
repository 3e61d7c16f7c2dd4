import { type ErrorCode, PiImageError } from './errors.ts';

const meanings: Readonly<Record<string, readonly [code: ErrorCode, help: string]>> = {
  ENOSPC: ['output.no-space', 'Free some space on that disk, or write the image to another one.'],
  EDQUOT: ['output.no-space', 'Your quota on that disk is used up. Write the image to another one.'],
  EFBIG: [
    'output.failed',
    'Files may not become that large there: FAT32 ends at 4 GiB, `ulimit -f` may set a limit. Write to another disk, or a compressed image (.img.xz).',
  ],
  EACCES: ['output.permission', 'Check that you may write there.'],
  EPERM: ['output.permission', 'Check that you may write there.'],
  EROFS: ['output.permission', 'That disk is read-only. Write the image to another one.'],
  ENAMETOOLONG: ['output.failed', 'Choose a shorter name.'],
};

/** What a failed write to a file of the build machine means to the user; errors of ours pass as they are. */
export function writeFailure(path: string, cause: unknown): PiImageError {
  if (PiImageError.is(cause)) return cause;
  const reason = systemCode(cause);
  const [code, help] = meanings[reason] ?? ['output.failed', 'Try again, or write to another disk.'];
  return new PiImageError(code, `${path} cannot be written: ${reason}`, { help, cause });
}

/** The operating system's name for an error, such as `ENOENT`. */
export function systemCode(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown error';
}
