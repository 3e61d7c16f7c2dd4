import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readBootFiles } from './boot-files.ts';
import { Checks, Unfinished } from './checks.ts';
import { Guest, type GuestOptions, tail } from './guest.ts';
import { missingPrerequisites, type Tools } from './prerequisites.ts';
import type { Limits } from './until.ts';

/** One run of a test that boots images. */
export interface Session {
  /** The image that images are built from. */
  readonly base: string;
  /** For everything the test makes; removed at the end. */
  readonly folder: string;
  readonly checks: Checks;
  readonly limits: Limits;
}

export interface SessionOptions {
  readonly base: string;
  readonly patience: number;
  /** For all of it. */
  readonly minutes: number;
  /** What it takes besides what every boot takes. */
  readonly tools?: Tools;
}

/**
 * Runs a test and tells how it went; returns the exit code. Whatever happens – a failure, a signal, a deadline – the
 * folder and the guests are gone afterwards, and of a failed test the serial console is kept.
 */
export async function runSession(
  subject: string,
  { base, patience, minutes, tools }: SessionOptions,
  test: (session: Session) => Promise<void>,
): Promise<number> {
  const missing = missingPrerequisites(base, tools);
  if (missing.length > 0) {
    console.log(`${subject}: skipped, because this machine lacks ${missing.join(', ')}`);
    return 0;
  }
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());
  const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(minutes * patience * 60_000)]);
  const checks = new Checks();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `pi-image-${subject}-`));
  try {
    await test({ base, folder, checks, limits: { signal, patience } });
  } catch (error) {
    if (!(error instanceof Unfinished)) checks.fail(subject, signal.aborted ? signal.reason : error);
  } finally {
    if (checks.failed > 0) keepSerialLog(folder, subject);
    fs.rmSync(folder, { recursive: true, force: true });
  }
  console.log(checks.summary(subject));
  return checks.failed > 0 ? 1 : 0;
}

/** What it takes to start `image` beside the simulated access point, again and again. */
export async function guestOptions(session: Session, image: string, key: string): Promise<GuestOptions> {
  return {
    image,
    boot: await readBootFiles(image, session.folder),
    // A Pi's kernel has AppArmor off; that of the base, Debian's, has it on.
    words: ['test_ap', 'apparmor=0'],
    login: { user: 'pi', key, knownHosts: path.join(session.folder, 'known_hosts') },
    serialLog: serialLogIn(session.folder),
    limits: session.limits,
  };
}

/** Starts a guest for as long as it is used; when checks fail meanwhile, its first-boot journal is shown. */
export async function withGuest(
  { checks, limits }: Session,
  options: GuestOptions,
  use: (guest: Guest) => Promise<void>,
): Promise<void> {
  const failedBefore = checks.failed;
  await using guest = await Guest.start(options);
  try {
    await use(guest);
  } finally {
    if (checks.failed > failedBefore && !limits.signal.aborted) await showFirstBootJournal(guest);
  }
}

async function showFirstBootJournal(guest: Guest): Promise<void> {
  const unit = 'pi-image-first-boot.service';
  const journal = await guest.run(`sudo journalctl --no-pager --lines=40 --unit=${unit}`).catch(() => '');
  if (journal !== '') console.log(`--- the journal of ${unit}\n${journal}`);
}

function keepSerialLog(folder: string, subject: string): void {
  if (!fs.existsSync(serialLogIn(folder))) return;
  const kept = path.join(os.tmpdir(), `pi-image-${subject}-serial.log`);
  fs.copyFileSync(serialLogIn(folder), kept);
  console.log(`--- the end of the serial console, all of it is in ${kept}\n${tail(kept, 40)}`);
}

const serialLogIn = (folder: string): string => path.join(folder, 'serial.log');
