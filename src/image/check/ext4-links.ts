import { u32 } from '../ext4/bytes.ts';
import { mostLinks, rootInode } from '../ext4/inode.ts';
import type { Ext4Check } from './ext4.ts';

const orphanFileAt = 0x280;
const projectQuotaAt = 0x26c;

/** Link counts, and that every inode in use can be reached from the root. */
export function checkLinks({ fs, superblock, findings, census }: Ext4Check): void {
  const hidden = new Set([orphanFileAt, projectQuotaAt].map((at) => u32(superblock, at)));
  const { counted, links, parent, parentByDots } = census;
  if (!census.isUsed(rootInode)) {
    findings.add('there is no root directory');
    return;
  }
  parent[rootInode] = rootInode;
  const connected = new Set([rootInode]);
  for (let inode = 1; inode < links.length; inode++) {
    if (links[inode] === 0) continue;
    if (inode !== rootInode && (inode < fs.superblock.firstInode || hidden.has(inode))) continue;
    const isDirectory = census.isDirectory(inode);
    if (isDirectory) {
      if (!isConnected(inode)) findings.add(`directory inode ${inode} cannot be reached from the root`);
      else if (parentByDots[inode] !== parent[inode])
        findings.add(
          `directory inode ${inode} lies in inode ${parent[inode]}, but .. names ${parentByDots[inode]}`,
        );
    } else if (counted[inode] === 0) {
      findings.add(`inode ${inode} is in use, but no directory names it`);
      continue;
    }
    const found = counted[inode]! + (isDirectory ? 2 : 0);
    // A directory with more subdirectories than can be counted says 1, even when it has fewer again.
    const uncounted = isDirectory && links[inode] === 1 && fs.superblock.features.all.has('dir_nlink');
    if (links[inode] !== found && !(uncounted && found > mostLinks))
      findings.add(`inode ${inode} counts ${links[inode]} links, but has ${found}`);
  }

  function isConnected(from: number): boolean {
    const way = new Set<number>();
    for (let inode = from; !connected.has(inode); inode = parent[inode]!) {
      if (!census.isUsed(inode) || way.has(inode)) return false;
      way.add(inode);
    }
    for (const inode of way) connected.add(inode);
    return true;
  }
}
