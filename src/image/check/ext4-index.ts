import { type Directory, leafEnd, readDirectoryBlock } from '../ext4/directory.ts';
import { readEntries } from '../ext4/directory-block.ts';
import { type IndexNode, nodeEntriesAt, readIndexNode, readIndexRoot } from '../ext4/directory-index.ts';
import { inodeFlag } from '../ext4/inode.ts';
import { hashName, type NameHash } from '../ext4/name-hash.ts';
import type { Ext4Check } from './ext4.ts';

const largestHash = 0xffffffff;

type IndexCheck = Pick<Ext4Check, 'fs' | 'findings'>;

/** The index of a directory: order of hashes, every leaf once, every name where its hash belongs. Returns the index blocks. */
export function checkIndex(check: IndexCheck, directory: Directory): ReadonlySet<number> {
  const { fs, findings } = check;
  const { inode } = directory;
  const indexBlocks = new Set([0]);
  const leaves = new Set<number>();
  const root = findings.guard(() => readIndexRoot(fs, inode, readDirectoryBlock(fs, directory, 0)));
  if (root === undefined) return indexBlocks;
  const comparable = !inode.hasFlag(inodeFlag.caseFold) && !inode.hasFlag(inodeFlag.encrypted);

  const visit = (node: IndexNode, below: number, from: number, to: number): void => {
    let last = from;
    for (let index = 0; index < node.count; index++) {
      const first = index === 0 ? from : node.hash(index);
      const end = index + 1 < node.count ? node.hash(index + 1) : to;
      const block = node.block(index);
      if (first < last || end < first)
        findings.add(`the index of directory inode ${inode.number} is not in order`);
      last = first;
      if (block === 0 || block >= directory.blockCount || indexBlocks.has(block) || leaves.has(block)) {
        findings.add(`the index of directory inode ${inode.number} names block ${block}, which cannot be`);
        continue;
      }
      (below > 0 ? indexBlocks : leaves).add(block);
      findings.guard(() => {
        if (below === 0) {
          if (comparable) checkLeaf(check, directory, block, { method: root.hash, first, end });
        } else {
          const bytes = readDirectoryBlock(fs, directory, block);
          visit(readIndexNode(fs, inode, bytes, nodeEntriesAt), below - 1, first, end);
        }
      });
    }
  };
  visit(root.node, root.levels, 0, largestHash);
  const missing = directory.blockCount - indexBlocks.size - leaves.size;
  if (missing !== 0)
    findings.add(`the index of directory inode ${inode.number} leaves out ${missing} blocks`);
  return indexBlocks;
}

interface HashRange {
  readonly method: NameHash;
  readonly first: number;
  readonly end: number;
}

function checkLeaf(
  { fs, findings }: IndexCheck,
  directory: Directory,
  block: number,
  range: HashRange,
): void {
  const from = (range.first & ~1) >>> 0;
  const to = (range.end & ~1) >>> 0;
  const misplaced = readEntries(readDirectoryBlock(fs, directory, block), leafEnd(fs)).some(({ name }) => {
    const hash = hashName(name, range.method);
    return hash < from || hash > to;
  });
  if (misplaced)
    findings.add(`block ${block} of directory inode ${directory.inode.number} holds names of other hashes`);
}
