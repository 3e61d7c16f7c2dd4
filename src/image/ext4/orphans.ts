import { isSet } from './bitmap.ts';
import { readBlockMap, releaseMap } from './block-map.ts';
import { setU32, u32 } from './bytes.ts';
import { crc32c, crc32cOfU32 } from './crc.ts';
import { releaseAttributes } from './extended-attributes.ts';
import { damaged } from './faults.ts';
import { resizeContent } from './file-content.ts';
import { type Ext4, editSuperblock } from './file-system.ts';
import { inodeBitmap } from './group-bitmaps.ts';
import type { Inode } from './inode.ts';
import { freeInode } from './inode-allocator.ts';
import { editInode, inodeSeed, loadInode, readInode } from './inode-table.ts';
import { transact } from './transaction.ts';

/*
 * Files that were deleted while open, or about to be cut, stand in a list that begins in the superblock, or in the
 * orphan file. https://www.kernel.org/doc/html/latest/filesystems/ext4/orphan.html
 */
const lastOrphanAt = 232;
const orphanFileAt = 0x280;
const readOnlyFeaturesAt = 100;
const orphanPresent = 0x10000;
const blockMagic = 0x0b10ca04;
const tailSize = 8;

/** Whether a superblock says that there are orphans. */
export function hasOrphans(superblock: Uint8Array): boolean {
  return u32(superblock, lastOrphanAt) !== 0 || (u32(superblock, readOnlyFeaturesAt) & orphanPresent) !== 0;
}

/** Does what the kernel would have done had it been left running: deletes these files, or cuts them to their size. */
export function clearOrphans(fs: Ext4): void {
  transact(fs, () => {
    const superblock = editSuperblock(fs);
    const listed = listedOrphans(fs, u32(superblock, lastOrphanAt));
    const filed =
      u32(superblock, readOnlyFeaturesAt) & orphanPresent
        ? takeFromFile(fs, u32(superblock, orphanFileAt))
        : [];
    for (const number of new Set([...listed, ...filed])) clearOrphan(fs, number);
    setU32(superblock, lastOrphanAt, 0);
    setU32(superblock, readOnlyFeaturesAt, u32(superblock, readOnlyFeaturesAt) & ~orphanPresent);
  });
}

/** The list goes on in the field that otherwise holds the time of deletion. */
function listedOrphans(fs: Ext4, first: number): readonly number[] {
  const found = new Set<number>();
  for (let number = first; number !== 0; number = loadInode(fs, number).deletionTime) {
    if (found.has(number)) throw damaged('its list of orphans runs in a circle');
    found.add(number);
  }
  return [...found];
}

/** Reads the numbers in the orphan file and leaves it empty. */
function takeFromFile(fs: Ext4, number: number): readonly number[] {
  const file = readInode(fs, number);
  const found: number[] = [];
  for (const { physical, length } of readBlockMap(fs, file).runs) {
    for (let block = physical; block < physical + length; block++) {
      const bytes = fs.blocks.edit(block);
      const end = bytes.length - tailSize;
      const checksum = (): number => orphanBlockChecksum(fs, file, block);
      if (u32(bytes, end) !== blockMagic) throw damaged('its orphan file has no magic number');
      if (fs.superblock.metadataChecksums && u32(bytes, end + 4) !== checksum())
        throw damaged('the checksum of its orphan file is wrong');
      for (let at = 0; at < end; at += 4) if (u32(bytes, at) !== 0) found.push(u32(bytes, at));
      bytes.fill(0, 0, end);
      if (fs.superblock.metadataChecksums) setU32(bytes, end + 4, checksum());
    }
  }
  return found;
}

function orphanBlockChecksum(fs: Ext4, file: Inode, block: number): number {
  const seed = crc32cOfU32(crc32cOfU32(inodeSeed(fs, file), block % 2 ** 32), Math.floor(block / 2 ** 32));
  return crc32c(seed, fs.blocks.read(block), 0, fs.superblock.blockSize - tailSize);
}

function clearOrphan(fs: Ext4, number: number): void {
  const { firstInode, inodeCount, inodesPerGroup } = fs.superblock;
  if (number < firstInode || number > inodeCount) throw damaged(`its list of orphans names inode ${number}`);
  // The inode may have gone before its name in the list.
  if (!isSet(inodeBitmap(fs, fs.groups.groupOfInode(number)), (number - 1) % inodesPerGroup)) return;
  const inode = loadInode(fs, number);
  editInode(fs, inode);
  inode.deletionTime = 0;
  if (inode.links > 0) {
    if (inode.kind === 'file') resizeContent(fs, inode, inode.size);
    return;
  }
  releaseMap(fs, inode, readBlockMap(fs, inode));
  releaseAttributes(fs, inode);
  freeInode(fs, inode);
}
