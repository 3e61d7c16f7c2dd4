import { PiImageError } from '../../model/errors.ts';
import { isZero } from '../../model/zeros.ts';
import type { BlockDevice } from '../device.ts';
import { joined, setU32, u16, u32 } from './bytes.ts';
import { crc32c } from './crc.ts';
import { damaged } from './faults.ts';
import { type Features, readFeatures } from './features.ts';
import { decodeName } from './name.ts';

export const superblockPosition = 1024;
export const superblockSize = 1024;

/** What the superblock says that does not change while we work. Sizes in bytes unless named otherwise. */
export interface Superblock {
  readonly features: Features;
  readonly label: string;
  readonly uuid: Uint8Array;
  readonly blockSize: number;
  readonly blockCount: number;
  /** More than 1 with `bigalloc`: bitmaps and free counts are in clusters then. */
  readonly blocksPerCluster: number;
  readonly firstDataBlock: number;
  readonly blocksPerGroup: number;
  readonly groupCount: number;
  readonly descriptorSize: number;
  readonly descriptorBlocks: number;
  /** From this block of descriptors on, each lies in the groups it describes (meta_bg). */
  readonly firstMetaBlock: number;
  readonly reservedDescriptorBlocks: number;
  /** Groups with a copy of superblock and descriptors, for `sparse_super2`. */
  readonly backupGroups: readonly number[];
  readonly inodeCount: number;
  readonly inodesPerGroup: number;
  readonly inodeSize: number;
  readonly firstInode: number;
  /** Bytes of the inode past the first 128 that new inodes use. */
  readonly extraInodeSize: number;
  /** crc32c over all metadata (metadata_csum). */
  readonly metadataChecksums: boolean;
  /** Group descriptors carry a checksum and lazy-initialisation flags (metadata_csum or uninit_bg). */
  readonly groupChecksums: boolean;
  readonly checksumSeed: number;
  readonly hashVersion: number;
  readonly hashUnsigned: boolean;
  readonly hashSeed: readonly number[];
}

/** The superblock as it lies on the device. */
export function readSuperblockBytes(device: BlockDevice): Uint8Array {
  if (device.size < superblockPosition + superblockSize) throw damaged('it is cut off before its superblock');
  const bytes = new Uint8Array(superblockSize);
  device.readInto(bytes, superblockPosition);
  return bytes;
}

/** Puts a changed superblock back, with its checksum. */
export function writeSuperblockBytes(device: BlockDevice, bytes: Uint8Array): void {
  if (readFeatures(bytes).all.has('metadata_csum')) setU32(bytes, 1020, crc32c(0xffffffff, bytes, 0, 1020));
  device.writeFrom(bytes, superblockPosition);
}

/**
 * Reads and checks the superblock, but not whether the file system is clean. Throws `image.damaged` or
 * `image.not-supported`.
 */
export function readSuperblock(device: BlockDevice): Superblock {
  const bytes = readSuperblockBytes(device);
  if (u16(bytes, 56) !== 0xef53) {
    throw new PiImageError(
      'image.damaged',
      'there is no ext4 file system here: its superblock has no magic number',
      {
        help: 'The partition holds another file system, or the image is damaged. Download it again.',
      },
    );
  }
  const features = readFeatures(bytes);
  const checksums = features.all.has('metadata_csum');
  if (checksums) {
    if (bytes[373] !== 1) throw damaged(`checksum type ${bytes[373]} is not crc32c`);
    if (crc32c(0xffffffff, bytes, 0, 1020) !== u32(bytes, 1020))
      throw damaged('the checksum of the superblock is wrong');
  }
  return parse(bytes, features, device.size);
}

function parse(bytes: Uint8Array, features: Features, size: number): Superblock {
  const check = (ok: boolean, what: string) => {
    if (!ok) throw damaged(`the superblock has an impossible ${what}`);
  };
  const wide = features.all.has('64bit');
  const dynamic = u32(bytes, 76) > 0;
  check(u32(bytes, 76) <= 1, 'revision');
  check(u32(bytes, 24) <= 6, 'block size');
  const blockSize = 1024 << u32(bytes, 24);
  const blockCount = joined(u32(bytes, 4), wide ? u32(bytes, 0x150) : 0);
  const firstDataBlock = u32(bytes, 20);
  const blocksPerGroup = u32(bytes, 32);
  const bigalloc = features.all.has('bigalloc');
  check(
    u32(bytes, 28) <= 20 && (bigalloc ? u32(bytes, 28) >= u32(bytes, 24) : u32(bytes, 28) === u32(bytes, 24)),
    'cluster size',
  );
  const blocksPerCluster = 2 ** (u32(bytes, 28) - u32(bytes, 24));
  const clustersPerGroup = blocksPerGroup / blocksPerCluster;
  const inodesPerGroup = u32(bytes, 40);
  const inodeSize = dynamic ? u16(bytes, 88) : 128;
  const descriptorSize = wide ? u16(bytes, 254) : 32;
  check(firstDataBlock === (blockSize === 1024 && !bigalloc ? 1 : 0), 'first block');
  check(
    blockCount > firstDataBlock && blockCount * blockSize <= size,
    `size (${blockCount} blocks of ${blockSize})`,
  );
  check(
    blocksPerGroup >= 256 && clustersPerGroup <= blockSize * 8 && clustersPerGroup % 8 === 0,
    'group size',
  );
  check(u32(bytes, 36) === clustersPerGroup, 'number of clusters in a group');
  check(
    inodesPerGroup >= 1 && inodesPerGroup <= blockSize * 8 && inodesPerGroup % 8 === 0,
    'number of inodes',
  );
  check(inodeSize >= 128 && inodeSize <= blockSize && isPowerOfTwo(inodeSize), 'inode size');
  check(
    descriptorSize >= (wide ? 64 : 32) && descriptorSize <= blockSize && isPowerOfTwo(descriptorSize),
    'descriptor size',
  );
  const groupCount = Math.ceil((blockCount - firstDataBlock) / blocksPerGroup);
  const descriptorBlocks = Math.ceil((groupCount * descriptorSize) / blockSize);
  const inodeCount = u32(bytes, 0);
  check(inodeCount === groupCount * inodesPerGroup, 'number of inodes');
  const firstMetaBlock = features.all.has('meta_bg') ? u32(bytes, 260) : descriptorBlocks;
  check(firstMetaBlock <= descriptorBlocks, 'first meta block group');
  check(firstMetaBlock < blocksPerGroup && firstDataBlock + 1 + firstMetaBlock < blockCount, 'size');
  const firstInode = dynamic ? u32(bytes, 84) : 11;
  check(firstInode >= 11 && firstInode <= inodeCount, 'first inode');
  const reservedDescriptorBlocks = u16(bytes, 206);
  check(reservedDescriptorBlocks <= blockSize / 4, 'number of reserved blocks');
  const uuid = bytes.slice(104, 120);
  const label = bytes.subarray(120, 136);
  const end = label.indexOf(0);
  return {
    features,
    label: decodeName(end < 0 ? label : label.subarray(0, end)),
    uuid,
    blockSize,
    blockCount,
    blocksPerCluster,
    firstDataBlock,
    blocksPerGroup,
    groupCount,
    descriptorSize,
    descriptorBlocks,
    firstMetaBlock,
    reservedDescriptorBlocks,
    backupGroups: [u32(bytes, 0x24c), u32(bytes, 0x250)],
    inodeCount,
    inodesPerGroup,
    inodeSize,
    firstInode,
    extraInodeSize: inodeSize > 128 ? Math.min(32, inodeSize - 128) : 0,
    metadataChecksums: features.all.has('metadata_csum'),
    groupChecksums: features.all.has('metadata_csum') || features.all.has('uninit_bg'),
    checksumSeed: features.all.has('metadata_csum_seed') ? u32(bytes, 0x270) : crc32c(0xffffffff, uuid),
    hashVersion: bytes[252]!,
    hashUnsigned: (u32(bytes, 0x160) & 2) !== 0,
    hashSeed: hashSeed(bytes.subarray(236, 252)),
  };
}

function isPowerOfTwo(value: number): boolean {
  return (value & (value - 1)) === 0;
}

/** An all-zero seed stands for the initial state of MD4. */
function hashSeed(bytes: Uint8Array): readonly number[] {
  if (isZero(bytes)) return [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  return [0, 4, 8, 12].map((at) => u32(bytes, at));
}
