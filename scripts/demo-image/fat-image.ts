import fs from 'node:fs';
import path from 'node:path';
import type { NewEntry } from './entry.ts';
import { epoch, run } from './tools.ts';

/** Makes a FAT32 file system of `size` bytes, as pi-gen does, in the file `image`, and fills it through mtools. */
export function makeFat(image: string, size: number, entries: readonly NewEntry[], workFolder: string): void {
  fs.writeFileSync(image, '');
  fs.truncateSync(image, size);
  // One sector a cluster: with larger clusters 40 MiB would be too few of them for FAT32.
  run('mkfs.vfat', ['-F', '32', '-s', '1', '-n', 'boot', '--invariant', '-i', '0de30de3', image]);
  for (const [index, entry] of entries.entries()) {
    if (entry.kind === 'link') throw new Error('FAT has no links');
    if (entry.kind === 'directory') {
      run('mmd', ['-i', image, `::${entry.path}`]);
      continue;
    }
    const source = path.join(workFolder, `b${index}`);
    fs.writeFileSync(source, entry.content);
    fs.utimesSync(source, epoch, epoch);
    run('mcopy', ['-m', '-i', image, source, `::${entry.path}`]);
  }
  run('fsck.vfat', ['-n', image]);
}
