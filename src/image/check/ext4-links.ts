import { u32 } from '../ext4/bytes.ts';
import { mostLinks, rootInode } from '../ext4/inode.ts';
import type { Ext4Check } from './ext4.ts';

const orphanFileAt = 0x280;
const projectQuotaAt = 0x26c;

/** Link counts, and that every inode in use can be reached from the root. */
export function checkLinks({ fs, superblock, findings, inodes }: Ext4Check): void {
  const hidden = new Set([orphanFileAt, projectQuotaAt].map((at) => u32(superblock, at)));
  const root = inodes.get(rootInode);
  if (root === undefined) {
    findings.add('there is no root directory');
    return;
  }
  root.parent = rootInode;
  const connected = new Set([rootInode]);
  for (const [number, inode] of inodes) {
    if (number !== rootInode && (number < fs.superblock.firstInode || hidden.has(number))) continue;
    if (inode.isDirectory) {
      if (!isConnected(number)) findings.add(`directory inode ${number} cannot be reached from the root`);
      else if (inode.parentByDots !== inode.parent)
        findings.add(
          `directory inode ${number} lies in inode ${inode.parent}, but .. names ${inode.parentByDots}`,
        );
    } else if (inode.names === 0) {
      findings.add(`inode ${number} is in use, but no directory names it`);
      continue;
    }
    const counted = inode.isDirectory ? 2 + inode.subdirectories : inode.names;
    // A directory with more subdirectories than can be counted says 1, even when it has fewer again.
    const uncounted = inode.isDirectory && inode.links === 1 && fs.superblock.features.all.has('dir_nlink');
    if (inode.links !== counted && !(uncounted && counted > mostLinks))
      findings.add(`inode ${number} counts ${inode.links} links, but has ${counted}`);
  }

  function isConnected(from: number): boolean {
    const way: number[] = [];
    for (let number = from; !connected.has(number); number = inodes.get(number)!.parent) {
      if (!inodes.has(number) || way.includes(number)) return false;
      way.push(number);
    }
    for (const number of way) connected.add(number);
    return true;
  }
}
