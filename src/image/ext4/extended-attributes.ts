import { PiImageError } from '../../model/errors.ts';
import {
  type Attribute,
  attributesSize,
  blockHash,
  inBlockOrder,
  writeAttributes,
} from './attribute-layout.ts';
import { allocateBlocks, checkOwnable, freeBlocks } from './block-allocator.ts';
import { addBlocks } from './block-map.ts';
import { setU32, u16, u32 } from './bytes.ts';
import { crc32c, crc32cOfU32 } from './crc.ts';
import { damaged, noSpace } from './faults.ts';
import { type Ext4, setCompatibleFeature } from './file-system.ts';
import type { Inode } from './inode.ts';
import { decodeName, encodeName, isSameName } from './name.ts';

const magic = 0xea020000;
const blockHeaderSize = 32;
const entryHeaderSize = 16;
const longestName = 255;
const attributesBit = 8;

/** https://www.kernel.org/doc/html/latest/filesystems/ext4/attributes.html */
const prefixes: Readonly<Record<number, string>> = {
  1: 'user.',
  2: 'system.posix_acl_access',
  3: 'system.posix_acl_default',
  4: 'trusted.',
  6: 'security.',
  7: 'system.',
  8: 'system.richacl',
};

/** All extended attributes of an inode by full name, from the inode and from its attribute block. */
export function readAttributes(fs: Ext4, inode: Inode): ReadonlyMap<string, Uint8Array> {
  return new Map(allAttributes(fs, inode).map((attribute) => [fullName(attribute), attribute.value]));
}

function allAttributes(fs: Ext4, inode: Inode): readonly Attribute[] {
  return [...inodeAttributes(inode), ...blockAttributes(fs, inode)];
}

/** An attribute and where it was found: its hash, and from where to where its entry and its value go. */
export interface StoredAttribute extends Attribute {
  readonly hash: number;
  readonly entry: readonly [from: number, to: number];
  readonly place: readonly [from: number, to: number];
}

/** Those that lie in the block of attributes. */
export function blockAttributes(fs: Ext4, inode: Inode): readonly StoredAttribute[] {
  if (inode.attributeBlock === 0) return [];
  return parseEntries(readAttributeBlock(fs, inode.attributeBlock), blockHeaderSize, 0, inode);
}

/** Those that lie behind the fields of the inode itself. */
export function inodeAttributes(inode: Inode): readonly StoredAttribute[] {
  const start = insideAt(inode);
  if (start === undefined || u32(inode.bytes, start) !== magic) return [];
  return parseEntries(inode.bytes, start + 4, start + 4, inode);
}

/** Offset of the attributes within an inode; undefined when it has no room for any. */
function insideAt(inode: Inode): number | undefined {
  const start = 128 + inode.extraSize;
  return inode.extraSize > 0 && start + 4 < inode.bytes.length ? start : undefined;
}

function fullName({ prefix, name }: Attribute): string {
  return `${prefixes[prefix] ?? `${prefix}.`}${decodeName(name)}`;
}

/** Entries from `first` on; their values are at offsets from `base`. */
function parseEntries(
  bytes: Uint8Array,
  first: number,
  base: number,
  inode: Inode,
): readonly StoredAttribute[] {
  const found: StoredAttribute[] = [];
  for (let at = first; u32(bytes, at) !== 0; ) {
    const length = bytes[at]!;
    const from = base + u16(bytes, at + 2);
    const size = u32(bytes, at + 8);
    const external = u32(bytes, at + 4) !== 0;
    const next = (at + entryHeaderSize + length + 3) & ~3;
    if (next > bytes.length || external || from + size > bytes.length) {
      throw damaged(`the extended attributes of inode ${inode.number} lead outside of their place`);
    }
    found.push({
      prefix: bytes[at + 1]!,
      name: bytes.slice(at + entryHeaderSize, at + entryHeaderSize + length),
      value: bytes.slice(from, from + size),
      hash: u32(bytes, at + 12),
      entry: [at, next],
      place: [from, from + size],
    });
    at = next;
  }
  return found;
}

/** Sets an attribute, or removes it when `value` is undefined. The inode must be free to be changed. */
export function setAttribute(fs: Ext4, inode: Inode, name: string, value: Uint8Array | undefined): void {
  const key = parseName(name);
  const others = allAttributes(fs, inode).filter(
    (one) => one.prefix !== key.prefix || !isSameName(one.name, key.name),
  );
  const all = value === undefined ? others : [...others, { ...key, value: value.slice() }];
  const { inside, outside } = distribute(all, inode);
  const blockRoom = fs.superblock.blockSize - blockHeaderSize;
  if (attributesSize(outside) > blockRoom) throw noSpace(`the extended attributes do not fit into a block`);
  writeInside(inode, inside);
  if (outside.length === 0) releaseAttributes(fs, inode);
  else writeBlock(fs, inode, inBlockOrder(outside));
  if (all.length > 0 && !fs.superblock.features.all.has('ext_attr')) setCompatibleFeature(fs, attributesBit);
}

function parseName(name: string): { readonly prefix: number; readonly name: Uint8Array } {
  // The longest first: `system.` begins the names of the access lists, too.
  const byLength = Object.entries(prefixes).sort(([, a], [, b]) => b.length - a.length);
  for (const [prefix, text] of byLength) {
    const rest = encodeName(name.slice(text.length));
    const fits = text.endsWith('.') ? rest.length > 0 && rest.length <= longestName : rest.length === 0;
    if (name.startsWith(text) && fits && !rest.includes(0)) return { prefix: Number(prefix), name: rest };
  }
  throw new PiImageError('image.name', `${JSON.stringify(name)} cannot name an extended attribute`, {
    help: 'Names begin with user., trusted., security. or system.',
  });
}

/** As many as fit stay in the inode, the others go to a block. */
function distribute(all: readonly Attribute[], inode: Inode): Record<'inside' | 'outside', Attribute[]> {
  const start = insideAt(inode);
  const room = start === undefined ? 0 : inode.bytes.length - start - 4;
  const inside: Attribute[] = [];
  const outside: Attribute[] = [];
  for (const attribute of all)
    (attributesSize([...inside, attribute]) <= room ? inside : outside).push(attribute);
  return { inside, outside };
}

function writeInside(inode: Inode, attributes: readonly Attribute[]): void {
  const start = insideAt(inode);
  if (start === undefined) return;
  inode.bytes.fill(0, start);
  if (attributes.length === 0) return;
  setU32(inode.bytes, start, magic);
  writeAttributes(inode.bytes, start + 4, start + 4, attributes, false);
}

/** A block of its own: one that other inodes share stays as it is. */
function writeBlock(fs: Ext4, inode: Inode, attributes: readonly Attribute[]): void {
  if (inode.attributeBlock !== 0 && u32(readAttributeBlock(fs, inode.attributeBlock), 4) > 1)
    releaseAttributes(fs, inode);
  if (inode.attributeBlock === 0) {
    const [run] = allocateBlocks(fs, 1, fs.groups.groupOfInode(inode.number));
    inode.attributeBlock = run!.physical;
    addBlocks(fs, inode, 1);
  }
  const bytes = fs.blocks.fresh(inode.attributeBlock);
  setU32(bytes, 0, magic);
  setU32(bytes, 4, 1);
  setU32(bytes, 8, 1);
  setU32(bytes, 12, blockHash(attributes));
  writeAttributes(bytes, blockHeaderSize, 0, attributes, true);
  sealBlock(fs, inode.attributeBlock, bytes);
}

export function readAttributeBlock(fs: Ext4, block: number): Uint8Array {
  checkOwnable(fs, block, 1);
  const bytes = fs.blocks.read(block);
  if (u32(bytes, 0) !== magic || u32(bytes, 8) !== 1)
    throw damaged(`block ${block} holds no extended attributes`);
  if (fs.superblock.metadataChecksums && u32(bytes, 16) !== blockChecksum(fs, block, bytes)) {
    throw damaged(`the checksum of attribute block ${block} is wrong`);
  }
  return bytes;
}

function sealBlock(fs: Ext4, block: number, bytes: Uint8Array): void {
  if (fs.superblock.metadataChecksums) setU32(bytes, 16, blockChecksum(fs, block, bytes));
}

function blockChecksum(fs: Ext4, block: number, bytes: Uint8Array): number {
  const seed = crc32cOfU32(
    crc32cOfU32(fs.superblock.checksumSeed, block % 2 ** 32),
    Math.floor(block / 2 ** 32),
  );
  return crc32c(crc32c(crc32c(seed, bytes, 0, 16), new Uint8Array(4)), bytes, 20);
}

/** Takes the attribute block from an inode; it is freed when no other inode shares it. */
export function releaseAttributes(fs: Ext4, inode: Inode): void {
  const block = inode.attributeBlock;
  if (block === 0) return;
  const shared = u32(readAttributeBlock(fs, block), 4);
  if (shared > 1) {
    const bytes = fs.blocks.edit(block);
    setU32(bytes, 4, shared - 1);
    sealBlock(fs, block, bytes);
  } else freeBlocks(fs, block, 1);
  inode.attributeBlock = 0;
  addBlocks(fs, inode, -1);
}
