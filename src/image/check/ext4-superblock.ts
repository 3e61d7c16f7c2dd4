import type { BlockDevice } from '../device.ts';
import { joined, u16, u32 } from '../ext4/bytes.ts';
import { crc32c } from '../ext4/crc.ts';
import { hasDescriptors, hasSuperblock } from '../ext4/group-layout.ts';
import { blocksUninitialised, inodesUninitialised } from '../ext4/groups.ts';
import type { Ext4Check } from './ext4.ts';

const superblockSize = 1024;
/** Fields that say where things are, which all copies agree on: offset and bytes. */
const fixedFields = [
  ['number of inodes', 0, 4],
  ['number of blocks', 4, 4],
  ['first block', 20, 4],
  ['block size', 24, 4],
  ['group size', 32, 4],
  ['number of inodes in a group', 40, 4],
  ['magic number', 56, 2],
  ['inode size', 88, 2],
  ['descriptor size', 254, 2],
] as const;

/**
 * Numbers of the superblock that opening the file system does not need. Its counts of free blocks and inodes are not
 * among them: the kernel leaves them behind and counts anew.
 */
export function checkSuperblock({ fs, superblock, findings }: Ext4Check): void {
  const { features, blockCount, inodeCount, reservedDescriptorBlocks } = fs.superblock;
  const wide = features.all.has('64bit');
  const number = (low: number, high: number): number =>
    joined(u32(superblock, low), wide ? u32(superblock, high) : 0);
  if (number(8, 0x154) > blockCount / 2) findings.add('the superblock reserves more than half of all blocks');
  if (features.all.has('has_journal') !== (u32(superblock, 224) !== 0))
    findings.add('the superblock is not clear about whether there is a journal');
  if (u32(superblock, 224) > inodeCount) findings.add('the superblock names a journal that cannot be');
  if (!features.all.has('resize_inode') && reservedDescriptorBlocks > 0)
    findings.add('the superblock keeps blocks for growth that it does not know how to use');
  checkFlags({ fs, findings });
}

/** Without checksums in the descriptors, no group can be left for later. */
function checkFlags({ fs, findings }: Pick<Ext4Check, 'fs' | 'findings'>): void {
  if (fs.superblock.groupChecksums) return;
  for (let group = 0; group < fs.superblock.groupCount; group++) {
    if ((fs.groups.get(group, 'flags') & (inodesUninitialised | blocksUninitialised)) !== 0)
      findings.add(`group ${group} is marked as unused, which this file system does not know`);
  }
}

/** The copies of superblock and descriptors, which are needed when the first ones are lost. */
export function checkBackups({ device, fs, superblock, findings }: Ext4Check): void {
  const { superblock: known, groups } = fs;
  const { blockSize, groupCount, firstMetaBlock, metadataChecksums } = known;
  for (let group = 1; group < groupCount; group++) {
    if (!hasSuperblock(known, group)) continue;
    const copy = new Uint8Array(superblockSize);
    device.readInto(copy, groups.firstBlockOf(group) * blockSize);
    const differing = fixedFields.filter(([, at, size]) =>
      size === 2 ? u16(copy, at) !== u16(superblock, at) : u32(copy, at) !== u32(superblock, at),
    );
    for (const [what] of differing)
      findings.add(`the copy of the superblock in group ${group} has another ${what}`);
    if (differing.length === 0 && metadataChecksums && crc32c(0xffffffff, copy, 0, 1020) !== u32(copy, 1020))
      findings.add(`the checksum of the copy of the superblock in group ${group} is wrong`);
    for (let block = 0; block < firstMetaBlock && hasDescriptors(known, group); block++)
      checkDescriptors({ fs, findings }, device, group, block);
  }
}

/** Compares where a copy of a block of descriptors says that things are. */
function checkDescriptors(
  { fs, findings }: Pick<Ext4Check, 'fs' | 'findings'>,
  device: BlockDevice,
  group: number,
  block: number,
): void {
  const { blockSize, descriptorSize, groupCount } = fs.superblock;
  const perBlock = blockSize / descriptorSize;
  const copy = new Uint8Array(blockSize);
  device.readInto(copy, (fs.groups.firstBlockOf(group) + 1 + block) * blockSize);
  const wrong = Array.from(
    { length: Math.min(perBlock, groupCount - block * perBlock) },
    (_, index) => index,
  ).filter((index) => {
    const described = block * perBlock + index;
    const at = index * descriptorSize;
    return (['blockBitmap', 'inodeBitmap', 'inodeTable'] as const).some(
      (field, place) => u32(copy, at + 4 * place) !== fs.groups.get(described, field) % 2 ** 32,
    );
  });
  if (wrong.length > 0)
    findings.add(`the copy of the group descriptors in group ${group} differs in ${wrong.length} of them`);
}
