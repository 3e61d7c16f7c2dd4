import fs from 'node:fs';

/*
 * The log of QEMU's `blklogwrites`, which is that of Linux's dm-log-writes
 * (https://docs.kernel.org/admin-guide/device-mapper/log-writes.html): a superblock, and for each write or flush a
 * sector with its place, length and flags, followed by the data. All numbers are little endian, of 64 bits.
 */

const magic = 0x6a736677736872n;
const sector = 512;
const [flushFlag, fuaFlag, discardFlag] = [1n, 2n, 4n] as const;

export interface LoggedWrite {
  /** Bytes from the start of the disk. */
  readonly at: number;
  readonly length: number;
  /** Bytes from the start of the log to its data. */
  readonly data: number;
  /** All writes before this one had reached the disk for good, as the guest was told. */
  readonly flushedBefore: boolean;
  /** This one had too. */
  readonly durable: boolean;
  readonly discards: boolean;
}

/** Reads what is in a log, in order; one that is still being written, or was left so, ends where its zeros begin. */
export function readWriteLog(file: string): LoggedWrite[] {
  const log = fs.openSync(file, 'r');
  try {
    const head = Buffer.alloc(sector);
    fs.readSync(log, head, 0, sector, 0);
    if (head.readBigUInt64LE(0) !== magic) throw new Error(`${file} is no log of writes`);
    const writes: LoggedWrite[] = [];
    for (let place = sector; fs.readSync(log, head, 0, sector, place) === sector; ) {
      const [at, sectors, flags] = [0, 8, 16].map((offset) => head.readBigUInt64LE(offset)) as [
        bigint,
        bigint,
        bigint,
      ];
      if (sectors === 0n && flags === 0n) break;
      const discards = (flags & discardFlag) !== 0n;
      const length = Number(sectors) * sector;
      writes.push({
        at: Number(at) * sector,
        length,
        data: place + sector,
        flushedBefore: (flags & flushFlag) !== 0n,
        durable: (flags & fuaFlag) !== 0n,
        discards,
      });
      place += sector + (discards ? 0 : length);
    }
    return writes;
  } finally {
    fs.closeSync(log);
  }
}

/**
 * Brings a disk to the state after a power cut behind the first `count` writes: those that were flushed are there, and
 * of the others, which a card may have held in its memory, those that `survives` says.
 */
export function replay(
  {
    log,
    writes,
    count,
  }: { readonly log: string; readonly writes: readonly LoggedWrite[]; readonly count: number },
  disk: string,
  survives: () => boolean,
): { readonly lost: number } {
  const done = writes.slice(0, count);
  const lastFlush = done.findLastIndex(({ flushedBefore }) => flushedBefore);
  const [from, to] = [fs.openSync(log, 'r'), fs.openSync(disk, 'r+')];
  let lost = 0;
  try {
    for (const [index, write] of done.entries()) {
      if (write.discards || write.length === 0) continue;
      if (index > lastFlush && !write.durable && !survives()) {
        lost += 1;
        continue;
      }
      const bytes = Buffer.alloc(write.length);
      fs.readSync(from, bytes, 0, bytes.length, write.data);
      fs.writeSync(to, bytes, 0, bytes.length, write.at);
    }
  } finally {
    fs.closeSync(from);
    fs.closeSync(to);
  }
  return { lost };
}
