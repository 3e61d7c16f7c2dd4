import { blockHash, entryHash, inBlockOrder } from '../ext4/attribute-layout.ts';
import { u32 } from '../ext4/bytes.ts';
import {
  blockAttributes,
  inodeAttributes,
  readAttributeBlock,
  type StoredAttribute,
} from '../ext4/extended-attributes.ts';
import type { Ext4 } from '../ext4/file-system.ts';
import type { Inode } from '../ext4/inode.ts';

const longestKnownPrefix = 8;

/** What is wrong with the extended attributes of an inode. */
export function attributeFaults(fs: Ext4, inode: Inode): readonly string[] {
  const inside = inodeAttributes(inode);
  const outside = blockAttributes(fs, inode);
  const faults = [...inside, ...outside]
    .filter(({ prefix, name }) => prefix === 0 || prefix > longestKnownPrefix || name.includes(0))
    .map(() => 'has an attribute without a proper name');
  if (overlap(inside) || overlap(outside)) faults.push('has attributes that lie upon each other');
  if (inside.some((one) => one.hash !== 0 && one.hash !== entryHash(one)))
    faults.push('has an attribute with a wrong hash');
  if (outside.length > 0) faults.push(...blockFaults(fs, inode, outside));
  return faults.map((fault) => `inode ${inode.number} ${fault}`);
}

function blockFaults(fs: Ext4, inode: Inode, stored: readonly StoredAttribute[]): readonly string[] {
  const faults: string[] = [];
  if (stored.some((one) => one.hash !== entryHash(one))) faults.push('has an attribute with a wrong hash');
  else if (u32(readAttributeBlock(fs, inode.attributeBlock), 12) !== blockHash(stored))
    faults.push('has a block of attributes with a wrong hash');
  if (inBlockOrder(stored).some((one, index) => one !== stored[index]))
    faults.push('has a block of attributes that is not in order');
  return faults;
}

function overlap(stored: readonly StoredAttribute[]): boolean {
  const ranges = stored
    .flatMap(({ entry, place }) => [entry, place])
    .filter(([from, to]) => to > from)
    .sort(([a], [b]) => a - b);
  return ranges.some(([from], index) => index > 0 && from < ranges[index - 1]![1]);
}

/** Blocks of attributes that count other owners than they have. */
export function ownerFaults(fs: Ext4, owners: ReadonlyMap<number, number>): readonly string[] {
  return [...owners].flatMap(([block, count]) => {
    const counted = u32(readAttributeBlock(fs, block), 4);
    return counted === count
      ? []
      : [`block ${block} of attributes counts ${counted} owners, but has ${count}`];
  });
}
