import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import type { ImageContent } from './content.ts';

/** `f_type` of FAT on Linux: MSDOS_SUPER_MAGIC of linux/magic.h. */
const fat = 0x4d44;
const fatLimit = 2 ** 32 - 1;
/** The unit of st_blocks, whatever the file system's own. */
const blockSize = 512;

/** Bytes that a raw image takes on the disk, holes left out: what its base takes and what was changed. */
export async function roomForRaw(base: string, content: ImageContent): Promise<number> {
  const { blocks } = await stat(base);
  const changed = [...content.dirtyRuns()].reduce((sum, { length }) => sum + length, 0);
  // Windows does not tell blocks.
  return Math.min(content.size, blocks ? blocks * blockSize + changed : content.size);
}

/**
 * Refuses what cannot end well before it is begun.
 * @throws PiImageError `output.no-space`, or `output.failed` when the file system holds no files of that size
 */
export async function checkRoom(file: string, size: number, needed: number): Promise<void> {
  const found = await statfs(path.dirname(file)).catch(() => undefined);
  if (found === undefined) return;
  if (found.type === fat && size > fatLimit) {
    throw new PiImageError('output.failed', `${file} would have ${size} bytes, and FAT ends at 4 GiB`, {
      help: 'Write to a disk with another file system, or write a compressed image (.img.xz).',
    });
  }
  const free = found.bavail * found.bsize;
  if (free >= needed) return;
  throw new PiImageError(
    'output.no-space',
    `${file} needs ${megabytes(needed)} MB and the disk has ${megabytes(free)} MB free`,
    { help: 'Free some space on that disk, or write the image to another one.' },
  );
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
