import { bytesSource } from '../../model/content.ts';
import { volumeErrors } from '../volume-errors.ts';
import { isSlowLink } from './block-map.ts';
import { damaged } from './faults.ts';
import { contentOf, writeContent } from './file-content.ts';
import type { Ext4 } from './file-system.ts';
import { blockAreaSize, type Inode, inodeFlag } from './inode.ts';
import { decodeName, encodeName } from './name.ts';

/** Linux follows no longer one. */
const longestTarget = 4095;

export function readTarget(fs: Ext4, inode: Inode): string {
  if (!isSlowLink(inode) && !inode.hasFlag(inodeFlag.inlineData)) {
    return decodeName(inode.blockArea.subarray(0, inode.size));
  }
  const content = contentOf(fs, inode);
  if (content.size > longestTarget) throw damaged(`the link with inode ${inode.number} is too long`);
  const bytes = new Uint8Array(content.size);
  content.readInto(bytes, 0);
  return decodeName(bytes);
}

/** The bytes of a target that can be stored: one block has to hold it and a NUL. */
export function encodeTarget(fs: Ext4, target: string): Uint8Array {
  if (target === '') throw volumeErrors.name(target, 'a link needs a target');
  if (target.includes('\0')) throw volumeErrors.name(target, 'it contains a NUL');
  const bytes = encodeName(target);
  const most = Math.min(longestTarget, fs.superblock.blockSize - 1);
  if (bytes.length > most) throw volumeErrors.name(target, `more than ${most} bytes`);
  return bytes;
}

/** Up to 59 bytes lie in the inode, more in a block. */
export function writeTarget(fs: Ext4, inode: Inode, target: Uint8Array): void {
  if (target.length >= blockAreaSize) {
    writeContent(fs, inode, bytesSource(target));
    return;
  }
  inode.blockArea.set(target);
  inode.size = target.length;
}
