import type { BlockDevice } from '../device.ts';
import { notSupported } from '../ext4/faults.ts';
import { requireClean, unsupported } from '../ext4/features.ts';
import { type Ext4, mountUnchecked } from '../ext4/file-system.ts';
import { readSuperblockBytes } from '../ext4/superblock.ts';
import { Census } from './census.ts';
import { checkBitmaps } from './ext4-bitmaps.ts';
import { checkDirectories } from './ext4-directories.ts';
import { checkInodes } from './ext4-inodes.ts';
import { checkJournal } from './ext4-journal.ts';
import { checkLinks } from './ext4-links.ts';
import { checkResizeInode } from './ext4-resize-inode.ts';
import { checkBackups, checkSuperblock } from './ext4-superblock.ts';
import { Findings } from './findings.ts';

/** As many as the largest card of 2 TiB has, made as usual; each takes 16 bytes of memory. */
const mostInodes = 2 ** 27;

/** A check under way: the file system, and what its parts have found out. */
export interface Ext4Check {
  readonly device: BlockDevice;
  readonly fs: Ext4;
  readonly superblock: Uint8Array;
  readonly findings: Findings;
  readonly census: Census;
}

/** Looks at one inode, or at one directory. */
export type Look = <Result>(inode: number, look: () => Result) => Result;

/**
 * Looks at all of an ext4 file system without changing anything, as `e2fsck -fn` does: one sentence for everything that is
 * wrong. Throws `image.not-supported` for features that cannot be judged.
 */
export function checkExt4(device: BlockDevice): readonly string[] {
  const findings = new Findings();
  const check = openCheck(device, findings);
  if (check !== undefined) examine(check);
  return findings.messages;
}

/** Opens a file system that is to be checked; undefined where its faults leave nothing to look at. */
export function openCheck(device: BlockDevice, findings: Findings, known?: Census): Ext4Check | undefined {
  const fs = findings.guard(() => mountUnchecked(device, () => new Date(0)));
  if (fs === undefined) return undefined;
  const { features, blockCount, inodeCount } = fs.superblock;
  const beyond = ['bigalloc'].filter((feature) => features.all.has(feature));
  if (beyond.length > 0) throw unsupported(beyond, 'checked');
  if (inodeCount > mostInodes) throw tooMany(inodeCount);
  const superblock = readSuperblockBytes(device);
  findings.guard(() => requireClean(superblock, features));
  // What the journal has waiting would change everything below.
  if (features.all.has('needs_recovery')) return undefined;
  return { device, fs, superblock, findings, census: known ?? new Census(inodeCount, blockCount) };
}

/** Looks at all of it. */
export function examine(check: Ext4Check, look: Look = (_inode, action) => action()): void {
  const { fs, census } = check;
  for (const { first, end } of fs.zones) census.use.take(first, end - first);
  checkSuperblock(check);
  checkBackups(check);
  checkResizeInode(check);
  checkInodes(check, look);
  checkJournal(check);
  checkDirectories(check, look);
  checkLinks(check);
  checkBitmaps(check);
}

function tooMany(inodes: number): Error {
  return notSupported(
    `an ext4 file system with ${inodes} inodes cannot be checked`,
    'Make it with fewer of them.',
  );
}
