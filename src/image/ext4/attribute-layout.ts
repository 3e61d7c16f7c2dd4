import { setU16, setU32, u32 } from './bytes.ts';

/** One extended attribute as it is stored: number of its prefix, rest of its name, value. */
export interface Attribute {
  readonly prefix: number;
  readonly name: Uint8Array;
  readonly value: Uint8Array;
}

const entryHeaderSize = 16;
const terminatorSize = 4;

/** Room that an attribute takes: its entry, and its value, each padded to four bytes. */
function sizeOf({ name, value }: Attribute): number {
  return padded(entryHeaderSize + name.length) + padded(value.length);
}

/** Bytes that these attributes need, the end mark included. */
export function attributesSize(attributes: readonly Attribute[]): number {
  return attributes.reduce((sum, attribute) => sum + sizeOf(attribute), terminatorSize);
}

/** The order in which entries stand in a block: by prefix, by length of the name, by name. */
export function inBlockOrder(attributes: readonly Attribute[]): readonly Attribute[] {
  return [...attributes].sort(
    (a, b) =>
      a.prefix - b.prefix || a.name.length - b.name.length || Buffer.compare(Buffer.from(a.name), b.name),
  );
}

/**
 * Fills `area` from `first` on with entries, and from its end backwards with their values, whose offsets count from
 * `base`. Only entries in a block carry a hash.
 */
export function writeAttributes(
  area: Uint8Array,
  first: number,
  base: number,
  attributes: readonly Attribute[],
  hashed: boolean,
): void {
  area.fill(0, first);
  let at = first;
  let end = area.length;
  for (const attribute of attributes) {
    const { prefix, name, value } = attribute;
    end -= padded(value.length);
    area.set(value, end);
    area[at] = name.length;
    area[at + 1] = prefix;
    setU16(area, at + 2, value.length === 0 ? 0 : end - base);
    setU32(area, at + 8, value.length);
    if (hashed) setU32(area, at + 12, entryHash(attribute));
    area.set(name, at + entryHeaderSize);
    at += padded(entryHeaderSize + name.length);
  }
}

/** Hash of one entry over its name and value, as fs/ext4/xattr.c computes it. */
export function entryHash({ name, value }: Attribute): number {
  let hash = 0;
  for (const byte of name) hash = ((hash << 5) ^ (hash >>> 27) ^ byte) >>> 0;
  const words = new Uint8Array(padded(value.length));
  words.set(value);
  for (let at = 0; at < words.length; at += 4) hash = mixed(hash, u32(words, at));
  return hash;
}

/** Hash of a whole block, by which the kernel finds blocks that can be shared; 0 stands for none. */
export function blockHash(attributes: readonly Attribute[]): number {
  const hashes = attributes.map(entryHash);
  return hashes.includes(0) ? 0 : hashes.reduce(mixed, 0);
}

function mixed(hash: number, word: number): number {
  return ((hash << 16) ^ (hash >>> 16) ^ word) >>> 0;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
