import { statfs } from 'node:fs/promises';
import { PiImageError } from '../../model/errors.ts';

/** `output.no-space` when the disk that holds `folder` has less than so many bytes for us. */
export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(folder);
  // Some file systems do not tell.
  if (blocks === 0) return;
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new PiImageError(
    'output.no-space',
    `${what} needs ${readable(bytes)} in the store of base images ${folder}, where ${readable(free)} are free`,
    { help: 'free some space there (`pi-image cache clear`), or use another place with --cache-dir' },
  );
}

function readable(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
