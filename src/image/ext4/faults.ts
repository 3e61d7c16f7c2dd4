import { PiImageError } from '../../model/errors.ts';

const repair = 'Run `e2fsck -f` on the partition, or download the image again.';

/** The file system contradicts itself: a wrong checksum, a pointer that leads outside, a block used twice. */
export function damaged(what: string): PiImageError {
  return new PiImageError('image.damaged', `the ext4 file system is damaged: ${what}`, { help: repair });
}

export function notClean(why: string): PiImageError {
  return uncleanError(why, 'Run `e2fsck -f` on the partition to see what is wrong with it, then try again.');
}

/** Not clean, but the file system itself says how to bring it in order. */
export function recoverable(why: string): PiImageError {
  return uncleanError(
    why,
    'An image copied from a running or unplugged Pi looks like this. Let --recover bring it in order (the image that is read stays as it is), or mount and unmount it once on Linux.',
  );
}

function uncleanError(why: string, help: string): PiImageError {
  return new PiImageError('image.not-clean', `the ext4 file system was not unmounted cleanly: ${why}`, {
    help,
  });
}

export function notSupported(what: string, help: string): PiImageError {
  return new PiImageError('image.not-supported', what, { help });
}

export function noSpace(what: string): PiImageError {
  return new PiImageError('image.no-space', what, {
    help: 'Write less to this partition, or start from an image with more room.',
  });
}
