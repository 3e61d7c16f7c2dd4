import { lstat, readdir } from 'node:fs/promises';

/** Something in the cache that takes room: an unpacked base image, the beginning of a download, all files that go into images, or all pieces that images are compressed to. */
export interface CacheItem {
  readonly kind: 'image' | 'download' | 'files' | 'pieces';
  readonly key: string;
  readonly name: string;
  readonly title: string;
  readonly path: string;
  /** Bytes that it takes on the disk; less than the image's size where it has holes. */
  readonly bytes: number;
  /** When it was used last, ISO 8601. */
  readonly used: string;
  /** How many, where it is several. */
  readonly count?: number;
}

/** Names in a folder; none where there is no folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

/** Room that a file takes on the disk, and when it was written. */
export async function occupied(file: string): Promise<{ bytes: number; used: string }> {
  const found = await lstat(file).catch(() => undefined);
  return { bytes: (found?.blocks ?? 0) * 512, used: (found?.mtime ?? new Date(0)).toISOString() };
}

/** Room that several files take together, when the last of them was written, and how many they are. */
export async function occupiedBy(
  files: readonly string[],
): Promise<{ bytes: number; used: string; count: number }> {
  const found = await Promise.all(files.map(occupied));
  return {
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
    used:
      found
        .map(({ used }) => used)
        .sort()
        .at(-1) ?? new Date(0).toISOString(),
    count: found.length,
  };
}
