import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { randomNumbers } from '../../../test/image/ext4/random.ts';
import { rootPartitionOffset } from '../card.ts';
import { Guest, type GuestOptions, ownHostKey } from '../guest.ts';
import type { Session } from '../session.ts';
import { type LoggedWrite, readWriteLog, replay } from '../write-log.ts';
import { waitForEnd } from './first-boot-end.ts';

/** A first boot that was watched from power-on to its end: every write and flush of its card. */
export interface Recording {
  readonly image: string;
  readonly log: string;
  readonly writes: readonly LoggedWrite[];
  /** How long the log was at which second. */
  readonly lengths: readonly { readonly second: number; readonly bytes: number }[];
}

/** A moment of a recording: behind so many writes and flushes. */
export interface Cut {
  readonly name: string;
  readonly count: number;
  /** Of what was not flushed, which writes survive. */
  readonly seed: number;
}

/** Boots a copy of the image and lets its first boot come to its end. */
export async function record(session: Session, image: string, options: GuestOptions): Promise<Recording> {
  const [disk, log] = ['recorded.img', 'writes.log'].map((name) => path.join(session.folder, name)) as [
    string,
    string,
  ];
  await copySparse(image, disk);
  fs.writeFileSync(log, '');
  const lengths: { second: number; bytes: number }[] = [];
  await using guest = await Guest.start({ ...ownHostKey(options, disk), writeLog: log });
  const watch = setInterval(() => lengths.push({ second: guest.seconds, bytes: fs.statSync(log).size }), 250);
  try {
    await guest.waitForLogin(180);
    await waitForEnd(guest, session.limits);
    // What comes after the end belongs to it: the steps are removed, the timer is switched off.
    await sleep(5000);
  } finally {
    clearInterval(watch);
  }
  await guest.quit();
  return { image, log, writes: readWriteLog(log), lengths };
}

/**
 * One moment in each of so many equal parts of what was written, the same ones for the same seed: between two writes
 * every moment is like any other.
 */
export function cutsOf({ writes }: Recording, names: readonly string[], seed: number): Cut[] {
  const random = randomNumbers(seed);
  return names.map((name, part) => ({
    name,
    count: Math.floor(((part + random()) / names.length) * writes.length),
    seed: seed + part,
  }));
}

/**
 * The moment in which the root file system has grown in its journal only, and its superblock is about to say so in its
 * place: the kernel that replays that journal has read the old one before.
 */
export function cutWhileRootGrows({ image, log, writes }: Recording, name: string, seed: number): Cut {
  const place = rootPartitionOffset(image) + blocksCount;
  const before = uint32At(image, place);
  const count = writes.findIndex(
    ({ at, length, data }) =>
      at <= place && place + 4 <= at + length && uint32At(log, data + place - at) !== before,
  );
  if (count === -1) throw new Error('the root file system has not grown in this recording');
  return { name, count, seed };
}

/** Of ext4: in the superblock, which is 1024 bytes behind the start (https://docs.kernel.org/filesystems/ext4/super.html). */
const blocksCount = 1024 + 4;

function uint32At(file: string, place: number): number {
  const bytes = Buffer.alloc(4);
  const opened = fs.openSync(file, 'r');
  try {
    fs.readSync(opened, bytes, 0, bytes.length, place);
  } finally {
    fs.closeSync(opened);
  }
  return bytes.readUInt32LE();
}

/**
 * Makes the disk that a cut leaves, in place of the one before. Of what the Pi had written and not yet flushed, a random
 * half is lost, in no order: a card with a memory of its own may do that. Returns what was done, in words.
 */
export async function cut(
  { image, log, writes, lengths }: Recording,
  { count, seed }: Cut,
  disk: string,
): Promise<string> {
  await copySparse(image, disk);
  const random = randomNumbers(seed);
  const { lost } = replay({ log, writes, count }, disk, () => random() < 0.5);
  const { second = 0 } = lengths.find(({ bytes }) => bytes > (writes[count]?.data ?? Infinity)) ?? {
    ...lengths.at(-1),
  };
  return `${second.toFixed(1)} s after power-on, behind ${count} of ${writes.length} writes, ${lost} of them lost`;
}

async function copySparse(from: string, to: string): Promise<void> {
  await execa('cp', ['--sparse=always', from, to]);
}
