import { PiImageError } from '../../model/errors.ts';
import { crc32c } from '../ext4/crc.ts';
import { blockType, damagedJournal, type Log, logMagic, viewOf } from './log.ts';

const superblockSize = 1024;
const checksumAt = 0xfc;
const compatible = { checksum: 1 } as const;
const incompatible = {
  revoke: 1,
  wide: 2,
  asyncCommit: 4,
  checksum2: 8,
  checksum3: 16,
  fastCommit: 32,
} as const;
const knownIncompatible = Object.values(incompatible).reduce((all, bit) => all | bit, 0);
const defaultFastCommitBlocks = 256;

/** What the first block of a journal says. Blocks count within the journal. */
export interface JournalSuperblock {
  /** First and last-but-one block of the ring in which transactions lie. */
  readonly first: number;
  readonly end: number;
  /** Where the oldest transaction begins; 0 when there is none. */
  readonly start: number;
  readonly sequence: number;
  /** Error that the kernel recorded when it gave up the file system. */
  readonly error: number;
  /** 64-bit block numbers in tags and revoke records. */
  readonly wide: boolean;
  /** Checksums of version 2 or 3 on all blocks, or of version 1 on whole transactions. */
  readonly checksums: 0 | 1 | 2 | 3;
  readonly checksumSeed: number;
  /** The area of fast commits begins at `end`. */
  readonly fastCommits: boolean;
}

/** https://www.kernel.org/doc/html/latest/filesystems/ext4/journal.html#super-block */
export function readJournalSuperblock(log: Log): JournalSuperblock {
  const bytes = log.read(0).slice(0, superblockSize);
  const view = viewOf(bytes);
  const type = view.getUint32(4);
  if (view.getUint32(0) !== logMagic || (type !== blockType.superblock1 && type !== blockType.superblock2)) {
    throw damagedJournal('it does not begin with a superblock');
  }
  // Version 1 has no features.
  const features = (at: number): number => (type === blockType.superblock2 ? view.getUint32(at) : 0);
  const flags = features(0x28);
  const has = (bit: number): boolean => (flags & bit) !== 0;
  const unknown = ((flags & ~knownIncompatible) | features(0x2c)) >>> 0;
  if (unknown !== 0) {
    throw new PiImageError(
      'image.not-supported',
      `the journal of the ext4 file system has features that are not known (0x${unknown.toString(16)})`,
      { help: 'Run `e2fsck -f` on the partition with a recent e2fsprogs, then try again.' },
    );
  }
  const checksums = has(incompatible.checksum3)
    ? 3
    : has(incompatible.checksum2)
      ? 2
      : (features(0x24) & compatible.checksum) !== 0
        ? 1
        : 0;
  if (checksums >= 2) {
    const stored = view.getUint32(checksumAt);
    view.setUint32(checksumAt, 0);
    if (crc32c(0xffffffff, bytes) !== stored) throw damagedJournal('the checksum of its superblock is wrong');
  }
  const length = view.getUint32(0x10);
  const first = view.getUint32(0x14);
  const fastCommits = has(incompatible.fastCommit);
  const end = fastCommits ? length - (view.getUint32(0x54) || defaultFastCommitBlocks) : length;
  const start = view.getUint32(0x1c);
  const sound =
    view.getUint32(0xc) === log.blockSize &&
    length <= log.blockCount &&
    first >= 1 &&
    first < end &&
    (start === 0 || (start >= first && start < end));
  if (!sound) throw damagedJournal('its superblock has impossible values');
  return {
    first,
    end,
    start,
    sequence: view.getUint32(0x18),
    error: view.getInt32(0x20),
    wide: has(incompatible.wide),
    checksums,
    checksumSeed: crc32c(0xffffffff, bytes, 0x30, 0x40),
    fastCommits,
  };
}

/** The first block of a journal with nothing left to replay; transactions go on with `sequence`. */
export function emptied(log: Log, { checksums }: JournalSuperblock, sequence: number): Uint8Array {
  const block = log.read(0).slice();
  const view = viewOf(block);
  view.setUint32(0x18, sequence);
  view.setUint32(0x1c, 0);
  if (checksums >= 2) {
    view.setUint32(checksumAt, 0);
    view.setUint32(checksumAt, crc32c(0xffffffff, block, 0, superblockSize));
  }
  return block;
}
