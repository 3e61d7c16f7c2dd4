import { setU16, u16 } from './bytes.ts';
import { crc32c, crc32cOfU32 } from './crc.ts';
import { damaged } from './faults.ts';
import type { Ext4 } from './file-system.ts';
import { Inode } from './inode.ts';

const twoZeros = new Uint8Array(2);

/** The inode of that number, which must be in use. Throws `image.damaged` when it is not or its checksum is wrong. */
export function readInode(fs: Ext4, number: number): Inode {
  const inode = loadInode(fs, number);
  if (inode.links === 0 || inode.mode === 0)
    throw damaged(`inode ${number} is in a directory but not in use`);
  return inode;
}

/** As `readInode`, but the inode may have no name any more. */
export function loadInode(fs: Ext4, number: number): Inode {
  const inode = new Inode(number, inodeBytes(fs, number, 'read'));
  if (fs.pending.inodes.has(number)) return inode;
  if (inode.bytes.length > 128 && inode.extraSize > inode.bytes.length - 128) {
    throw damaged(`inode ${number} has an impossible size`);
  }
  if (fs.superblock.metadataChecksums && storedChecksum(inode) !== checksum(fs, inode)) {
    throw damaged(`the checksum of inode ${number} is wrong`);
  }
  return inode;
}

/** From here to the end of the operation `inode` may be changed. */
export function editInode(fs: Ext4, inode: Inode): void {
  inodeBytes(fs, inode.number, 'edit');
  fs.pending.inodes.add(inode.number);
}

/** The inode of that number, all zeros. */
export function freshInode(fs: Ext4, number: number): Inode {
  fs.pending.inodes.add(number);
  return new Inode(number, inodeBytes(fs, number, 'edit').fill(0));
}

/** Position of an inode: the block of its table and the offset in there. */
export function inodePlace(fs: Ext4, number: number): { block: number; offset: number } {
  const { inodeCount, inodesPerGroup, inodeSize, blockSize } = fs.superblock;
  if (number < 1 || number > inodeCount) throw damaged(`there is no inode ${number}`);
  const position = ((number - 1) % inodesPerGroup) * inodeSize;
  const table = fs.groups.get(fs.groups.groupOfInode(number), 'inodeTable');
  return { block: table + Math.floor(position / blockSize), offset: position % blockSize };
}

function inodeBytes(fs: Ext4, number: number, how: 'read' | 'edit'): Uint8Array {
  const { block, offset } = inodePlace(fs, number);
  const bytes = how === 'read' ? fs.blocks.read(block) : fs.blocks.edit(block);
  return bytes.subarray(offset, offset + fs.superblock.inodeSize);
}

/** Start value of all checksums that belong to one inode: its own, its extents, its directory blocks. */
export function inodeSeed(fs: Ext4, inode: Inode): number {
  return crc32cOfU32(crc32cOfU32(fs.superblock.checksumSeed, inode.number), inode.generation);
}

function hasHighChecksum(inode: Inode): boolean {
  return inode.bytes.length > 128 && inode.extraSize >= 4;
}

function storedChecksum(inode: Inode): number {
  const low = u16(inode.bytes, 124);
  return hasHighChecksum(inode) ? (low | (u16(inode.bytes, 130) << 16)) >>> 0 : low;
}

function checksum(fs: Ext4, inode: Inode): number {
  const { bytes } = inode;
  let crc = crc32c(inodeSeed(fs, inode), bytes, 0, 124);
  crc = crc32c(crc32c(crc, twoZeros), bytes, 126, hasHighChecksum(inode) ? 130 : bytes.length);
  if (!hasHighChecksum(inode)) return crc & 0xffff;
  return crc32c(crc32c(crc, twoZeros), bytes, 132);
}

/** Brings the checksums of the inodes of this operation up to date. */
export function sealInodes(fs: Ext4): void {
  for (const number of fs.superblock.metadataChecksums ? fs.pending.inodes : []) {
    const inode = new Inode(number, inodeBytes(fs, number, 'edit'));
    const value = checksum(fs, inode);
    setU16(inode.bytes, 124, value & 0xffff);
    if (hasHighChecksum(inode)) setU16(inode.bytes, 130, value >>> 16);
  }
  fs.pending.inodes.clear();
}
