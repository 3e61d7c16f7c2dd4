import type { BlockDevice } from '../device.ts';
import { isSet } from '../ext4/bitmap.ts';
import { typeOf } from '../ext4/directory-block.ts';
import { zonesWithin } from '../ext4/system-zones.ts';
import type { DirtyRun as Run } from '../overlay.ts';
import { Census } from './census.ts';
import { type Ext4Check, examine, type Look, openCheck } from './ext4.ts';
import { checkBitmaps } from './ext4-bitmaps.ts';
import { countDirectory, lookAtDirectory } from './ext4-directories.ts';
import {
  checkOwners,
  countInode,
  type InodeLook,
  type InodeMarks,
  inodeMarks,
  lookAtInode,
} from './ext4-inodes.ts';
import { checkJournal } from './ext4-journal.ts';
import { layoutOf } from './ext4-layout.ts';
import { checkLinks } from './ext4-links.ts';
import { checkResizeInode, resizeRoot } from './ext4-resize-inode.ts';
import { checkBackups, checkSuperblock } from './ext4-superblock.ts';
import { Findings } from './findings.ts';

/** What is kept of an ext4 file system that was found sound. Plain data; threads share its memory. */
export interface SoundExt4 {
  /** All that an inode or directory depends on besides the blocks that were read for it. */
  readonly layout: string;
  readonly inodeCount: number;
  readonly blockCount: number;
  readonly counts: SharedArrayBuffer;
  readonly attributeOwners: ReadonlyMap<number, number>;
  /** Blocks outside of the tables that were read, each with the inode that it was read for: pairs, sorted by block. */
  readonly readers: Uint32Array;
}

/** As `checkExt4`, and what is to be kept of it where nothing is wrong. */
export function examineExt4(device: BlockDevice): {
  readonly messages: readonly string[];
  readonly sound?: SoundExt4;
} {
  const findings = new Findings();
  const { messages } = findings;
  const check = openCheck(device, findings);
  if (check === undefined) return { messages };
  const { fs, superblock, census } = check;
  const readers: (readonly [block: number, inode: number])[] = [];
  const look: Look = (inode, action) => {
    const { result, read } = fs.blocks.traced(action);
    for (const block of read)
      if (zonesWithin(fs.zones, block, block + 1).length === 0) readers.push([block, inode]);
    return result;
  };
  examine(check, look);
  if (messages.length > 0) return { messages };
  const sorted = readers.sort(([a], [b]) => a - b).flat();
  const shared = new Uint32Array(new SharedArrayBuffer(4 * sorted.length));
  shared.set(sorted);
  const { inodeCount, blockCount } = fs.superblock;
  const { memory: counts, attributeOwners } = census;
  const layout = layoutOf(fs, superblock);
  return { messages, sound: { layout, inodeCount, blockCount, counts, attributeOwners, readers: shared } };
}

/**
 * A base that was found sound, beside which edited images are. Of these only the inodes and directories are looked at
 * of which a block was changed: what they said in the base is taken out of what all said together, and what they say now
 * is added. How all fits together – owners of blocks, names, links, bitmaps, counts – is looked at as in any check.
 */
export class Ext4Base {
  readonly #sound: SoundExt4;
  readonly #base: Ext4Check;
  /** Used again for each image: it is too large to be left behind each time. */
  readonly #work: Census;

  constructor(sound: SoundExt4, device: BlockDevice) {
    const { inodeCount, blockCount, counts, attributeOwners } = sound;
    const census = new Census(inodeCount, blockCount, counts, attributeOwners);
    const base = openCheck(device, new Findings(), census);
    if (base === undefined) throw new Error('a base that was sound cannot be opened');
    this.#sound = sound;
    this.#base = base;
    this.#work = new Census(inodeCount, blockCount);
  }

  /** Of an image that may differ from the base in these runs. False where something is wrong, or may be. */
  isStillSound(device: BlockDevice, runs: readonly Run[]): boolean {
    const findings = new Findings();
    const check = openCheck(device, findings, this.#work);
    if (check === undefined || layoutOf(check.fs, check.superblock) !== this.#sound.layout) return false;
    const changed = new Set(blocksOf(runs, check.fs.superblock.blockSize));
    const fits = findings.guard(() => this.#examine(check, changed)) ?? false;
    return fits && findings.messages.length === 0;
  }

  #examine(check: Ext4Check, changed: ReadonlySet<number>): boolean {
    this.#work.setTo(this.#base.census);
    checkSuperblock(check);
    checkBackups(check);
    const root = resizeRoot(this.#base.fs);
    if (root !== undefined) check.census.use.release(root, 1);
    checkResizeInode(check);
    checkJournal(check);
    const stale = this.#staleInodes(check, changed);
    for (const inode of stale) this.#forget(check, inode);
    for (const inode of stale) if (!this.#replace(check, inode)) return false;
    for (const inode of stale)
      if (check.census.isDirectory(inode)) countDirectory(check, inode, lookAtDirectory(check.fs, inode));
    checkOwners(check);
    checkLinks(check);
    checkBitmaps(check);
    return true;
  }

  /** Those that may say something else than in the base. */
  #staleInodes({ fs, findings }: Ext4Check, changed: ReadonlySet<number>): ReadonlySet<number> {
    const stale = new Set<number>(readersOf(this.#sound.readers, changed));
    const { groupCount, inodesPerGroup, inodeSize, blockSize } = fs.superblock;
    const perBlock = blockSize / inodeSize;
    for (let group = 0; group < groupCount; group++) {
      const first = group * inodesPerGroup + 1;
      const table = fs.groups.get(group, 'inodeTable');
      for (let index = 0; index < fs.groups.tableBlocks; index++)
        if (changed.has(table + index))
          for (let at = 0; at < perBlock; at++) stale.add(first + index * perBlock + at);
      const now = inodeMarks(fs, group, findings);
      const before = inodeMarks(this.#base.fs, group, this.#base.findings);
      if (now.used === before.used && !changed.has(fs.groups.get(group, 'inodeBitmap'))) continue;
      for (let bit = 0; bit < inodesPerGroup; bit++)
        if (markOf(now, bit) !== markOf(before, bit)) stale.add(first + bit);
    }
    return stale;
  }

  /** Takes out what the inode said in the base. */
  #forget({ census }: Ext4Check, inode: number): void {
    const { use, attributeOwners, counted, parent } = census;
    const base = this.#base;
    const look = lookOf(base, inode);
    if (look?.seen === undefined) return;
    const { map, attributeBlock } = look;
    for (const { physical, length } of map.runs) use.release(physical, length);
    for (const block of map.treeBlocks) use.release(block, 1);
    if (attributeBlock !== 0) {
      const others = attributeOwners.get(attributeBlock)! - 1;
      attributeOwners.set(attributeBlock, others);
      if (others === 0) {
        attributeOwners.delete(attributeBlock);
        use.release(attributeBlock, 1);
      }
    }
    if (base.census.isDirectory(inode)) {
      for (const { inode: target } of lookAtDirectory(base.fs, inode).entries) {
        if (base.census.isDirectory(target)) {
          parent[target] = 0;
          counted[inode]! -= 1;
        } else counted[target]! -= 1;
      }
    }
    census.mode[inode] = 0;
    census.links[inode] = 0;
    census.parentByDots[inode] = 0;
  }

  /** Puts in what it says now; false where it became something else, and a directory that is not looked at names it. */
  #replace(check: Ext4Check, inode: number): boolean {
    const look = lookOf(check, inode);
    if (look) countInode(check, inode, look);
    const before = this.#base.census;
    const kind = (census: Census): number | undefined =>
      census.isUsed(inode) ? typeOf(census.mode[inode]!) : undefined;
    const { counted, parent } = check.census;
    const isNamed = (before.isDirectory(inode) ? parent[inode]! : counted[inode]!) > 0;
    return kind(before) === kind(check.census) || !isNamed;
  }
}

/** What an inode says; undefined for one that was never used. */
function lookOf(check: Ext4Check, inode: number): InodeLook | undefined {
  const { fs, findings } = check;
  const mark = markOf(
    inodeMarks(fs, fs.groups.groupOfInode(inode), findings),
    (inode - 1) % fs.superblock.inodesPerGroup,
  );
  return mark === 'never used' ? undefined : lookAtInode(check, inode, mark);
}

function markOf({ used, bitmap }: InodeMarks, bit: number): boolean | undefined | 'never used' {
  return bit < used ? bitmap && isSet(bitmap, bit) : 'never used';
}

/** The inodes of all pairs with one of these blocks. */
function* readersOf(pairs: Uint32Array, blocks: Iterable<number>): Generator<number> {
  for (const block of blocks) {
    let [low, high] = [0, pairs.length / 2];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[2 * middle]! < block) low = middle + 1;
      else high = middle;
    }
    for (let at = 2 * low; pairs[at] === block; at += 2) yield pairs[at + 1]!;
  }
}

function* blocksOf(runs: readonly Run[], blockSize: number): Generator<number> {
  for (const { position, length } of runs)
    for (let block = Math.floor(position / blockSize); block * blockSize < position + length; block++)
      yield block;
}
