import { isZero } from '../../model/zeros.ts';
import { isSet } from '../ext4/bitmap.ts';
import { blockCountOf, emptyMap, isSlowLink, readBlockMap } from '../ext4/block-map.ts';
import { u16, u32 } from '../ext4/bytes.ts';
import type { BlockMap } from '../ext4/extent-tree.ts';
import type { Ext4 } from '../ext4/file-system.ts';
import { inodeBitmap } from '../ext4/group-bitmaps.ts';
import { inodesUninitialised } from '../ext4/groups.ts';
import { fileType, Inode, inodeFlag, rootInode } from '../ext4/inode.ts';
import { inodePlace, loadInode } from '../ext4/inode-table.ts';
import { resizeInode } from '../ext4/resize-inode.ts';
import type { Ext4Check, Look } from './ext4.ts';
import { attributeFaults, ownerFaults } from './ext4-attributes.ts';
import { Findings } from './findings.ts';

const badBlocksInode = 1;
const types: ReadonlySet<number> = new Set(Object.values(fileType));
const orphanFileAt = 0x280;
const projectQuotaAt = 0x26c;
const unknownFragment = 112;

/** What the file system knows of the inodes of a group before it looks at them. */
export interface InodeMarks {
  /** Those behind were never used. */
  readonly used: number;
  /** Which are in use; undefined where that cannot be read. */
  readonly bitmap: Uint8Array | undefined;
}

export function inodeMarks(fs: Ext4, group: number, findings: Findings): InodeMarks {
  const { inodesPerGroup, groupChecksums } = fs.superblock;
  const bitmap = findings.guard(() => inodeBitmap(fs, group));
  if (fs.groups.hasFlag(group, inodesUninitialised)) return { used: 0, bitmap };
  const unused = groupChecksums ? fs.groups.get(group, 'unusedInodes') : 0;
  return { used: inodesPerGroup - unused, bitmap };
}

/** Every inode in use: its own fields, its blocks, its attributes. */
export function checkInodes(check: Ext4Check, look: Look): void {
  const { fs, findings } = check;
  const { groupCount, inodesPerGroup } = fs.superblock;
  for (let group = 0; group < groupCount; group++) {
    const { used, bitmap } = inodeMarks(fs, group, findings);
    for (let bit = 0; bit < used; bit++) {
      const number = group * inodesPerGroup + bit + 1;
      const marked = bitmap && isSet(bitmap, bit);
      findings.guard(() =>
        countInode(
          check,
          number,
          look(number, () => lookAtInode(check, number, marked)),
        ),
      );
    }
  }
  checkOwners(check);
}

/** Adds what an inode says to what all of them say. */
export function countInode(check: Ext4Check, number: number, look: InodeLook): void {
  const { findings, census } = check;
  const { use, attributeOwners } = census;
  const { messages, seen, map, attributeBlock } = look;
  for (const message of messages) findings.add(message);
  if (seen === undefined) return;
  census.mode[number] = seen.mode;
  census.links[number] = seen.links;
  for (const { physical, length } of map.runs) {
    const twice = use.take(physical, length);
    if (twice !== undefined) findings.add(`inode ${number} owns block ${twice}, which is in use already`);
  }
  for (const block of map.treeBlocks)
    if (use.take(block, 1) !== undefined)
      findings.add(`inode ${number} owns block ${block}, which is in use already`);
  if (attributeBlock === 0) return;
  const owners = attributeOwners.get(attributeBlock) ?? 0;
  if (owners === 0 && use.take(attributeBlock, 1) !== undefined)
    findings.add(`the attributes of inode ${number} lie in block ${attributeBlock}, which is in use already`);
  attributeOwners.set(attributeBlock, owners + 1);
}

export function checkOwners({ fs, findings, census }: Ext4Check): void {
  findings.guard(() => {
    for (const message of ownerFaults(fs, census.attributeOwners)) findings.add(message);
  });
}

/** What an inode says by itself, whatever others say. */
export interface InodeLook {
  readonly messages: readonly string[];
  /** Of an inode in use. */
  readonly seen?: { readonly mode: number; readonly links: number };
  readonly map: BlockMap;
  /** 0 where there is none. */
  readonly attributeBlock: number;
}

const nothing: InodeLook = { messages: [], map: emptyMap, attributeBlock: 0 };

export function lookAtInode(
  check: Pick<Ext4Check, 'fs' | 'superblock'>,
  number: number,
  marked: boolean | undefined,
): InodeLook {
  const { fs } = check;
  const findings = new Findings();
  // The inode of bad blocks, and those kept for later, may be empty.
  const isReserved = number < fs.superblock.firstInode && number !== rootInode;
  const inode = marked ? findings.guard(() => loadKnown(fs, number)) : loadUnknown(fs, number);
  const { messages } = findings;
  if (inode === undefined) return messages.length === 0 ? nothing : { ...nothing, messages };
  const inUse = inode.links > 0;
  if (!isReserved && marked !== undefined && marked !== inUse)
    findings.add(
      inUse
        ? `inode ${number} is in use, but its bitmap says that it is free`
        : `inode ${number} is not in use, but its bitmap says that it is`,
    );
  if (!inUse && inode.mode !== 0 && inode.deletionTime === 0 && !isReserved)
    findings.add(`deleted inode ${number} has no time of deletion`);
  if (!inUse || number === badBlocksInode || number === resizeInode)
    return messages.length === 0 ? nothing : { ...nothing, messages };
  const { mode, links } = inode;
  const seen = { mode, links };
  for (const message of fieldFaults(check, inode)) findings.add(`inode ${number} ${message}`);
  const map = findings.guard(() => readBlockMap(fs, inode));
  if (map === undefined) return { ...nothing, messages, seen };
  for (const message of sizeFaults(check, inode, map)) findings.add(`inode ${number} ${message}`);
  findings.guard(() => {
    for (const message of attributeFaults(fs, inode)) findings.add(message);
  });
  return { messages, seen, map, attributeBlock: inode.attributeBlock };
}

/** One that is kept for later may be all zeros, without a checksum. */
function loadKnown(fs: Ext4, number: number): Inode {
  const { block, offset } = inodePlace(fs, number);
  const bytes = fs.blocks.read(block).subarray(offset, offset + fs.superblock.inodeSize);
  return isZero(bytes) ? new Inode(number, bytes) : loadInode(fs, number);
}

/** One that is free may hold anything. */
function loadUnknown(fs: Ext4, number: number): Inode | undefined {
  try {
    return loadInode(fs, number);
  } catch {
    return undefined;
  }
}

function fieldFaults(
  { fs, superblock }: Pick<Ext4Check, 'fs' | 'superblock'>,
  inode: Inode,
): readonly string[] {
  const { features } = fs.superblock;
  const faults: string[] = [];
  const expect = (ok: boolean, what: string): void => {
    if (!ok) faults.push(what);
  };
  const isFile = inode.kind === 'file';
  const isDirectory = inode.kind === 'directory';
  const isSpecial = inode.kind === 'other';
  expect(types.has(inode.type), `is of an unknown type (mode 0${inode.mode.toString(8)})`);
  expect(inode.deletionTime === 0, 'is in use, but has a time of deletion');
  expect(u32(inode.bytes, unknownFragment) === 0, 'has a fragment address, which no file system has');
  expect(
    inode.bytes[128] === undefined ||
      inode.extraSize === 0 ||
      (inode.extraSize >= 4 && inode.extraSize % 4 === 0),
    'has an impossible extra size',
  );
  expect(features.all.has('huge_file') || u16(inode.bytes, 116) === 0, 'counts more blocks than it could');
  expect(features.all.has('64bit') || u16(inode.bytes, 118) === 0, 'has attributes outside of the disk');
  expect(
    features.all.has('ext_attr') || inode.attributeBlock === 0,
    'has attributes, which this file system does not know',
  );
  expect(
    !isDirectory || inode.size < 2 ** 32 || features.all.has('large_dir'),
    'is a directory of impossible size',
  );
  expect(
    !isFile || inode.size < 2 ** 31 || features.all.has('large_file'),
    'is larger than this file system allows',
  );
  expect(!isSpecial || inode.size === 0, 'is a special file with a size');
  expect(!isSpecial || !inode.hasFlag(inodeFlag.extents), 'is a special file with extents');
  expect(isDirectory || !inode.hasFlag(inodeFlag.index), 'has an index, but is no directory');
  expect(
    !inode.hasFlag(inodeFlag.index) || features.all.has('dir_index'),
    'has an index, which this file system does not know',
  );
  expect(
    !inode.hasFlag(inodeFlag.extents) || features.all.has('extent'),
    'has extents, which this file system does not know',
  );
  expect(
    !inode.hasFlag(inodeFlag.inlineData) || features.all.has('inline_data'),
    'has its content in itself, which this file system does not know',
  );
  expect(inode.number !== rootInode || isDirectory, 'should be the root directory');
  const hidden = [orphanFileAt, projectQuotaAt].map((at) => u32(superblock, at)).includes(inode.number);
  expect(!hidden || isFile, 'should be a file of the file system itself');
  return faults;
}

function sizeFaults(
  { fs }: Pick<Ext4Check, 'fs'>,
  inode: Inode,
  { runs, treeBlocks }: BlockMap,
): readonly string[] {
  const { blockSize } = fs.superblock;
  const faults: string[] = [];
  const own = blockCountOf(runs) + treeBlocks.length + (inode.attributeBlock === 0 ? 0 : 1);
  const sectors = inode.hasFlag(inodeFlag.hugeFile) ? own : own * (blockSize / 512);
  if (inode.sectors !== sectors) faults.push(`counts ${inode.sectors} sectors, but has ${sectors}`);
  if (inode.hasFlag(inodeFlag.inlineData)) return faults;
  // Blocks that are only reserved may lie behind the end of a file.
  const last = runs.filter(({ unwritten }) => !unwritten).at(-1);
  const end = last === undefined ? 0 : (last.logical + last.length) * blockSize;
  switch (inode.kind) {
    case 'file':
      if (inode.size <= end - blockSize) faults.push(`has ${inode.size} bytes, but blocks for ${end}`);
      break;
    case 'directory':
      if (
        inode.size !== end ||
        runs.some(({ unwritten }) => unwritten) ||
        blockCountOf(runs) * blockSize !== end
      )
        faults.push(`is a directory of ${inode.size} bytes with blocks for ${end}`);
      break;
    case 'link': {
      const text = inode.blockArea.subarray(0, inode.size);
      const isWhole = isSlowLink(inode)
        ? inode.size < blockSize && end === blockSize
        : inode.size > 0 && text.indexOf(0) < 0 && inode.blockArea[inode.size] === 0;
      if (!isWhole && !inode.hasFlag(inodeFlag.encrypted)) faults.push('is a link without a proper target');
      break;
    }
    case 'other':
      break;
  }
  return faults;
}
