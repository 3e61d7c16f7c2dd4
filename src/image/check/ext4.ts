import type { BlockDevice } from '../device.ts';
import { requireClean, unsupported } from '../ext4/features.ts';
import { type Ext4, mountUnchecked } from '../ext4/file-system.ts';
import { readSuperblockBytes } from '../ext4/superblock.ts';
import { BlockUse } from './block-use.ts';
import { checkBitmaps } from './ext4-bitmaps.ts';
import { checkDirectories } from './ext4-directories.ts';
import { checkInodes } from './ext4-inodes.ts';
import { checkJournal } from './ext4-journal.ts';
import { checkLinks } from './ext4-links.ts';
import { checkResizeInode } from './ext4-resize-inode.ts';
import { checkBackups, checkSuperblock } from './ext4-superblock.ts';
import { Findings } from './findings.ts';
import { noneKnown, type PartSource } from './parts.ts';

/** What is known of one inode in use. */
export interface SeenInode {
  readonly mode: number;
  readonly links: number;
  readonly isDirectory: boolean;
  /** Names that directories have for it, `.` and `..` not counted. */
  names: number;
  /** Of a directory: the one that names it, and the one that its `..` names. */
  parent: number;
  parentByDots: number;
  /** Of a directory: how many directories it names. */
  subdirectories: number;
}

/** A check under way: the file system, and what its parts have found out. */
export interface Ext4Check {
  readonly fs: Ext4;
  readonly superblock: Uint8Array;
  readonly findings: Findings;
  readonly use: BlockUse;
  readonly inodes: Map<number, SeenInode>;
  readonly parts: PartSource;
}

/** How the parts of a check are done, once the file system is known. */
export type PartsOf = (fs: Ext4, superblock: Uint8Array) => PartSource;

/**
 * Looks at all of an ext4 file system without changing anything, as `e2fsck -fn` does: one sentence for everything that is
 * wrong. Throws `image.not-supported` for features that cannot be judged.
 */
export function checkExt4(device: BlockDevice, partsOf: PartsOf = () => noneKnown): readonly string[] {
  const findings = new Findings();
  const fs = findings.guard(() => mountUnchecked(device, () => new Date(0)));
  if (fs === undefined) return findings.messages;
  const { features, blockCount } = fs.superblock;
  const beyond = ['bigalloc'].filter((feature) => features.all.has(feature));
  if (beyond.length > 0) throw unsupported(beyond, 'checked');
  const superblock = readSuperblockBytes(device);
  findings.guard(() => requireClean(superblock, features));
  // What the journal has waiting would change everything below.
  if (features.all.has('needs_recovery')) return findings.messages;

  const check: Ext4Check = {
    ...{ fs, superblock, findings },
    ...{ use: new BlockUse(blockCount), inodes: new Map() },
    parts: partsOf(fs, superblock),
  };
  for (const { first, end } of fs.zones) check.use.take(first, end - first);
  checkSuperblock(check);
  checkBackups(check, device);
  checkResizeInode(check);
  checkInodes(check);
  checkJournal(check, device);
  checkDirectories(check);
  checkLinks(check);
  checkBitmaps(check);
  return findings.messages;
}
