import path from 'node:path';
import { execa } from 'execa';
import { bootPartitionOffset } from '../card.ts';
import { expect } from '../checks.ts';
import { Guest, type GuestOptions, ownHostKey } from '../guest.ts';
import type { Session } from '../session.ts';
import type { Limits } from '../until.ts';
import { expectSound, waitForEnd } from './first-boot-end.ts';
import { type Cut, cut, type Recording } from './recording.ts';
import type { Outcome } from './results.ts';

/** Pulls the plug at that moment, and boots what the card has then. */
export async function cutAndBoot(
  recording: Recording,
  moment: Cut,
  { folder, limits }: Session,
  options: GuestOptions,
): Promise<Outcome> {
  const disk = path.join(folder, 'cut.img');
  const done = await cut(recording, moment, disk);
  const injected = `${done}; the log on the card ends with "${await lastWords(disk)}"`;
  const pi = ownHostKey(options, disk);
  await using first = await Guest.start(pi);
  await comesToItsEnd(first, limits);
  // A Pi that restarts itself is started anew.
  await using second = first.hasEnded ? await Guest.start(pi) : undefined;
  if (second) await comesToItsEnd(second, limits);
  const guest = second ?? first;
  const seconds = first.seconds;
  const runs = await expectSound(guest);
  // A cut behind the script and before its stamp has it run once more, as the documentation says.
  expect(runs === 1 || runs === 2, `the user's own script ran ${runs} times`);
  return { name: moment.name, injected, seconds, state: 'done' };
}

/** The guest has done its first boot, or has ended before. */
async function comesToItsEnd(guest: Guest, limits: Limits): Promise<void> {
  await guest.waitForLogin(180).catch((error: unknown) => {
    if (!guest.hasEnded) throw error;
  });
  await waitForEnd(guest, limits);
}

async function lastWords(disk: string): Promise<string> {
  const card = `${disk}@@${bootPartitionOffset(disk)}`;
  const { stdout } = await execa('mtype', ['-i', card, '::pi-image/first-boot.log'], { reject: false });
  return stdout.trim().split('\n').at(-1)?.slice(0, 100) ?? '';
}
