import type { BlockDevice } from '../device.ts';
import { emptied, readJournalSuperblock } from '../jbd2/journal-superblock.ts';
import type { Log } from '../jbd2/log.ts';
import { copyOf, planReplay } from '../jbd2/replay.ts';
import { physicalBlock, readBlockMap } from './block-map.ts';
import { setU32, u32 } from './bytes.ts';
import { damaged, notClean, notSupported } from './faults.ts';
import { type Ext4, editSuperblock, mountUnchecked } from './file-system.ts';
import { readInode } from './inode-table.ts';
import { clearOrphans, hasOrphans } from './orphans.ts';
import { readSuperblock, readSuperblockBytes, writeSuperblockBytes } from './superblock.ts';
import { flushAll } from './transaction.ts';

const journalInodeAt = 224;
const incompatibleAt = 96;
const needsRecovery = 4;

/**
 * Brings a file system that was not unmounted to the state its journal promises, as the kernel does on the next mount:
 * complete transactions are done again, files that were deleted while open go away. Does nothing to a clean one.
 */
export function recoverExt4(device: BlockDevice, now: () => Date): void {
  const hasWaiting = readSuperblock(device).features.all.has('needs_recovery');
  if (hasWaiting) replayJournal(device, now);
  const orphaned = hasOrphans(readSuperblockBytes(device));
  if (!hasWaiting && !orphaned) return;
  const fs = mountUnchecked(device, now);
  if (orphaned) clearOrphans(fs);
  // The kernel leaves the counts in the superblock behind while it works.
  editSuperblock(fs);
  flushAll(fs);
}

function replayJournal(device: BlockDevice, now: () => Date): void {
  const fs = mountUnchecked(device, now);
  const { places, log } = openLog(fs, device);
  const journal = readJournalSuperblock(log);
  if (journal.error !== 0) throw notClean('the kernel gave it up because of errors');
  const { blocks, sequence } = planReplay(log, journal);
  for (const [block, copy] of blocks) {
    if (block >= fs.superblock.blockCount) throw damaged(`its journal has a copy of block ${block}`);
    device.writeFrom(copyOf(log, copy), block * log.blockSize);
  }
  device.writeFrom(emptied(log, journal, sequence), places(0) * log.blockSize);
  const bytes = readSuperblockBytes(device);
  setU32(bytes, incompatibleAt, u32(bytes, incompatibleAt) & ~needsRecovery);
  writeSuperblockBytes(device, bytes);
}

/** The journal is the content of an inode that no directory names. */
export function openLog(fs: Ext4, device: BlockDevice): { log: Log; places: (block: number) => number } {
  const number = u32(readSuperblockBytes(device), journalInodeAt);
  if (number === 0) {
    throw notSupported(
      'the journal of the ext4 file system lies on another disk',
      'Run `e2fsck -f` on it where that disk is, then try again.',
    );
  }
  const inode = readInode(fs, number);
  const { runs } = readBlockMap(fs, inode);
  const { blockSize } = fs.superblock;
  const places = (block: number): number => {
    const physical = physicalBlock(runs, block);
    if (physical === undefined) throw damaged(`its journal has no block ${block}`);
    return physical;
  };
  const read = (block: number): Uint8Array => {
    const bytes = new Uint8Array(blockSize);
    device.readInto(bytes, places(block) * blockSize);
    return bytes;
  };
  return { log: { blockSize, blockCount: Math.floor(inode.size / blockSize), read }, places };
}
