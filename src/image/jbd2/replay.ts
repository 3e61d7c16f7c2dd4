import { PiImageError } from '../../model/errors.ts';
import type { JournalSuperblock } from './journal-superblock.ts';
import { blockType, damagedJournal, type Log, logMagic, readHeader, viewOf } from './log.ts';
import {
  crc32BigEndian,
  hasSoundTail,
  isSoundCommit,
  isSoundCopy,
  readRevoked,
  readTags,
  type Tag,
} from './log-blocks.ts';

export interface Replay {
  /** Where the last complete copy of each changed block lies in the log: by number in the file system. */
  readonly blocks: ReadonlyMap<number, { readonly position: number; readonly escaped: boolean }>;
  /** Number of the transaction that comes next. */
  readonly sequence: number;
}

interface Transaction {
  readonly sequence: number;
  readonly copies: readonly { readonly tag: Tag; readonly position: number }[];
  readonly revoked: readonly number[];
}

/**
 * What the complete transactions of a journal change in the file system. A transaction without its commit block never
 * happened; a block that a later transaction has revoked stays as it is.
 */
export function planReplay(log: Log, journal: JournalSuperblock): Replay {
  const blocks = new Map<number, { position: number; escaped: boolean }>();
  const transactions = journal.start === 0 ? [] : [...completeTransactions(log, journal)];
  const revokedBy = new Map<number, number>();
  transactions.forEach(({ revoked }, index) => {
    for (const block of revoked) revokedBy.set(block, index);
  });
  transactions.forEach(({ sequence, copies }, index) => {
    for (const { tag, position } of copies) {
      if ((revokedBy.get(tag.block) ?? -1) >= index) continue;
      if (!isSoundCopy(log.read(position), tag, sequence, journal))
        throw damagedJournal(`the checksum of the copy of block ${tag.block} is wrong`);
      blocks.set(tag.block, { position, escaped: tag.escaped });
    }
  });
  const sequence = (transactions.at(-1)?.sequence ?? journal.sequence - 1) + 1;
  if (journal.fastCommits) refuseFastCommits(log, journal, sequence >>> 0);
  return { blocks, sequence: sequence >>> 0 };
}

/** A block as the log has it, ready to be written to its place. */
export function copyOf(
  log: Log,
  { position, escaped }: { readonly position: number; readonly escaped: boolean },
): Uint8Array {
  const bytes = log.read(position).slice();
  if (escaped) viewOf(bytes).setUint32(0, logMagic);
  return bytes;
}

/** Follows the ring from its start as long as blocks with the expected number come. */
function* completeTransactions(log: Log, journal: JournalSuperblock): Generator<Transaction> {
  let position = journal.start;
  let { sequence } = journal;
  let visited = 0;
  const next = (): number => {
    if (++visited > journal.end) throw damagedJournal('it runs in a circle');
    const here = position;
    position = position + 1 < journal.end ? position + 1 : journal.first;
    return here;
  };
  for (;;) {
    const copies: { tag: Tag; position: number }[] = [];
    const revoked: number[] = [];
    let checksum = 0xffffffff;
    for (;;) {
      // The ring may be full of complete transactions.
      if (visited >= journal.end - journal.first) return;
      const bytes = log.read(next());
      const header = readHeader(bytes);
      if (header?.sequence !== sequence) return;
      if (header.type === blockType.commit) {
        if (!isSoundCommit(bytes, journal, checksum)) return;
        break;
      }
      if (header.type !== blockType.descriptor && header.type !== blockType.revoke) return;
      if (!hasSoundTail(bytes, journal)) return;
      if (header.type === blockType.revoke) {
        revoked.push(...readRevoked(bytes, journal));
        continue;
      }
      if (journal.checksums === 1) checksum = crc32BigEndian(checksum, bytes);
      for (const tag of readTags(bytes, journal)) {
        const at = next();
        copies.push({ tag, position: at });
        if (journal.checksums === 1) checksum = crc32BigEndian(checksum, log.read(at));
      }
    }
    yield { sequence, copies, revoked };
    sequence = (sequence + 1) >>> 0;
  }
}

/** Fast commits describe changes in words of their own, which we do not speak. */
function refuseFastCommits(log: Log, { end }: JournalSuperblock, sequence: number): void {
  if (end >= log.blockCount) return;
  const bytes = log.read(end);
  const view = viewOf(bytes);
  const headTag = 9;
  if (view.getUint16(0, true) !== headTag || view.getUint32(8, true) !== sequence) return;
  throw new PiImageError('image.not-supported', 'the journal holds fast commits (fast_commit)', {
    help: 'Mount and unmount the partition once on Linux or run `e2fsck -f` on it, then try again.',
  });
}
