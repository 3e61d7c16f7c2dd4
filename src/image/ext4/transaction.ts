import { releaseFreedBlocks } from './block-allocator.ts';
import { type Ext4, requireWritable, sealSuperblock } from './file-system.ts';
import { sealBitmaps } from './group-bitmaps.ts';
import { sealInodes } from './inode-table.ts';

/** Changed metadata held back before it goes to the device between two operations. */
const dirtyLimit = 64 * 1024 ** 2;

/** Does the whole of `operation` or nothing: when it throws, the file system is as it was. */
export function transact<T>(fs: Ext4, operation: () => T): T {
  requireWritable(fs);
  const free = { ...fs.free };
  fs.blocks.begin();
  let result: T;
  try {
    result = operation();
    releaseFreedBlocks(fs);
    sealInodes(fs);
  } catch (error) {
    fs.blocks.rollback();
    // Bitmaps that the operation made are gone with it; what it only loaded is checked again the next time.
    for (const key of fs.pending.verified) fs.verified.delete(key);
    for (const key of fs.pending.changed) fs.changedBitmaps.delete(key);
    forgetPending(fs);
    Object.assign(fs.free, free);
    throw error;
  }
  fs.blocks.commit();
  const { held } = fs.pending;
  forgetPending(fs);
  writeEarly(fs, held);
  return result;
}

/**
 * Keeps what waits in memory small. The operation has succeeded already, so a device that fails now is not its fault: what
 * could not be written stays, and the next flush tells.
 */
function writeEarly(fs: Ext4, held: readonly number[]): void {
  try {
    for (const block of held) fs.blocks.writeThrough(block);
    if (fs.blocks.dirtyBytes > dirtyLimit) flushAll(fs);
  } catch {
    // Everything is still marked as changed.
  }
}

function forgetPending({ pending }: Ext4): void {
  pending.frees = [];
  pending.inodes.clear();
  pending.verified = [];
  pending.changed = [];
  pending.held = [];
}

/** Brings all checksums up to date and writes what has changed; nothing when nothing has. */
export function flushAll(fs: Ext4): void {
  if (fs.blocks.dirtyBytes === 0) return;
  sealBitmaps(fs);
  fs.groups.seal();
  sealSuperblock(fs);
  fs.blocks.flush();
}
