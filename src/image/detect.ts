import type { BlockDevice } from './device.ts';
import { looksLikeFat } from './fat/bpb.ts';

export interface DetectedFileSystem {
  /** What can be opened; ext2 and ext3 go by `ext4` and are told apart by `name`. */
  readonly type: 'fat' | 'ext4' | 'unknown';
  /** For messages: `FAT`, `ext4`, `btrfs`, `empty`, `unknown`, … */
  readonly name: string;
}

/** Signatures of what is found on disks but not supported, by position and bytes in hexadecimal. */
const others: readonly (readonly [name: string, position: number, magic: string])[] = [
  ['NTFS', 3, '4e54465320202020'],
  ['exFAT', 3, '4558464154202020'],
  ['XFS', 0, '58465342'],
  ['squashfs', 0, '68737173'],
  ['LUKS encryption', 0, '4c554b53babe'],
  ['LVM', 512, '4c4142454c4f4e45'],
  ['f2fs', 1024, '1020f5f2'],
  ['erofs', 1024, 'e2e1f5e0'],
  ['ISO 9660', 32769, '4344303031'],
  ['btrfs', 65600, '5f42485266535f4d'],
  ['swap', 4086, '53574150535041434532'],
  ['swap', 16374, '53574150535041434532'],
  ['swap', 65526, '53574150535041434532'],
];

/** Recognises the file system on a device (one partition) by its signature; nothing of it is checked further. */
export function detectFileSystem(device: BlockDevice): DetectedFileSystem {
  for (const [name, position, magic] of others) {
    if (bytesAt(device, position, magic.length / 2).toString('hex') === magic)
      return { type: 'unknown', name };
  }
  const superblock = bytesAt(device, 1024, 264);
  if (superblock.length === 264 && superblock.readUInt16LE(56) === 0xef53) {
    return { type: 'ext4', name: extName(superblock) };
  }
  if (looksLikeFat(bytesAt(device, 0, 512))) return { type: 'fat', name: 'FAT' };
  const start = bytesAt(device, 0, 65536);
  return { type: 'unknown', name: start.every((byte) => byte === 0) ? 'empty' : 'unknown' };
}

/** Bytes that the device has there: fewer, or none, where it ends before. */
function bytesAt(device: BlockDevice, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, Math.min(length, device.size - position)));
  if (bytes.length > 0) device.readInto(bytes, position);
  return bytes;
}

function extName(superblock: Buffer): string {
  const hasJournal = (superblock.readUInt32LE(92) & 0x4) !== 0;
  // Extents, 64bit and flex_bg: whoever has one of them is not ext3.
  if ((superblock.readUInt32LE(96) & 0x2c0) !== 0) return 'ext4';
  return hasJournal ? 'ext3' : 'ext2';
}
