/*
 * The first boot under faults: a Pi in QEMU whose network, clock, archive or card is not as it should be, and whose plug
 * is pulled at many moments. Each has to recover, and to name the cause as long as it cannot.
 *
 *   npm run test:faults [-- --only TEXT] [-- --cuts 25] [-- --inspect 50] [-- --seed 1] [-- --fast] [-- --results FILE] [-- --base FILE] [-- --patience FACTOR]
 *
 * --only takes those whose name contains the text, --fast a few that are soon over, --cuts so many power cuts, and
 * --inspect so many more whose card is only looked at. With --results,
 * what came of each is kept in a file, and what has recovered there is not tried again. Ends with a table.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeKey } from './boot/boot-image.ts';
import { archiveFaults } from './boot/faults/archive-faults.ts';
import { deviceFaults } from './boot/faults/device-faults.ts';
import type { Fault } from './boot/faults/fault.ts';
import { buildFaultImage } from './boot/faults/image.ts';
import { inspectCut } from './boot/faults/inspect-cut.ts';
import { Mirror } from './boot/faults/mirror.ts';
import { networkFaults } from './boot/faults/network-faults.ts';
import { cutAndBoot } from './boot/faults/power-cuts.ts';
import { type Cut, cutsOf, cutWhileRootGrows, record } from './boot/faults/recording.ts';
import { type Outcome, Results } from './boot/faults/results.ts';
import { runFault } from './boot/faults/run-fault.ts';
import { withWorlds } from './boot/faults/world.ts';
import type { GuestOptions } from './boot/guest.ts';
import { defaultBase } from './boot/prerequisites.ts';
import { guestOptions, runSession, type Session } from './boot/session.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: defaultBase },
    cuts: { type: 'string' },
    inspect: { type: 'string' },
    fast: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    patience: { type: 'string', default: '1' },
    results: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const results = new Results(values.results === undefined ? undefined : path.resolve(values.results));
const all = [...networkFaults, ...archiveFaults, ...deviceFaults];
/** For a run of minutes: what needs no long pauses. */
const quick = ['no network at first', 'captive portal', 'two units racing'];

const isWanted = (name: string): boolean => name.includes(values.only) && !results.isDone(name);
const faults = all.filter(({ name }) => isWanted(name) && (!values.fast || quick.includes(name)));
/** Of so many cuts that are booted, and so many that are only looked at. */
const cutNames = names('power cut', Number(values.cuts ?? (values.fast ? 0 : 25)));
const growing = `power cut while the root grows, seed ${seed}`;
const inspectedNames = names('card after a power cut', Number(values.inspect ?? (values.fast ? 0 : 50)));

process.exitCode = await runSession(
  'faults',
  {
    ...{ base: path.resolve(values.base), patience: Number(values.patience), minutes: 120 },
    tools: {
      ...{ 'dpkg-deb': 'dpkg', 'apt-ftparchive': 'apt-utils', gpg: 'gnupg' },
      ...{ 'qemu-img': 'qemu-utils', mtype: 'mtools', e2fsck: 'e2fsprogs', debugfs: 'e2fsprogs' },
    },
  },
  testFaults,
);
console.log(`\n${results.table()}`);

async function testFaults(session: Session): Promise<void> {
  const { checks, folder } = session;
  await using mirror = await Mirror.open(path.join(folder, 'archive'));
  const key = await makeKey(folder);
  const image = path.join(folder, 'card.img');
  await checks.must('build', async () => {
    await buildFaultImage(session, mirror, image);
    return 'an image whose first boot is short';
  });
  const options: GuestOptions = {
    ...(await guestOptions(session, image, key)),
    ...{ words: ['apparmor=0'], network: 'cable' },
  };
  if (faults.length > 0) await faceFaults(session, mirror, options);
  if (cutNames.length + inspectedNames.length > 0 && [...cutNames, ...inspectedNames, growing].some(isWanted))
    await cutPower(session, options);
}

async function faceFaults(session: Session, mirror: Mirror, options: GuestOptions): Promise<void> {
  console.log('faults:');
  await withWorlds(session, mirror, options, async (newWorld) => {
    for (const fault of faults) {
      await tell(session, fault, async () => runFault(fault, await newWorld()));
    }
  });
}

async function cutPower(session: Session, options: GuestOptions): Promise<void> {
  console.log('power cuts:');
  const recording = await record(session, options.image, options);
  const wanted = (names: readonly string[]) =>
    cutsOf(recording, names, seed).filter(({ name }) => isWanted(name));
  for (const cut of wanted(inspectedNames)) {
    await tell(session, { ...cut, injected: inWords(cut) }, () => inspectCut(recording, cut, session));
  }
  const last = isWanted(growing) ? [cutWhileRootGrows(recording, growing, seed)] : [];
  for (const cut of [...wanted(cutNames), ...last]) {
    await tell(session, { ...cut, injected: inWords(cut) }, () =>
      cutAndBoot(recording, cut, session, options),
    );
  }
}

function inWords({ count }: Cut): string {
  return `behind ${count} writes`;
}

function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind} ${index + 1} of ${count}, seed ${seed}`);
}

async function tell(
  { checks, limits }: Session,
  { name, injected }: Pick<Fault, 'name' | 'injected'>,
  run: () => Promise<Outcome>,
): Promise<void> {
  limits.signal.throwIfAborted();
  let outcome: Outcome = { name, injected, state: 'not run' };
  await checks.check(name, async () => {
    try {
      outcome = await run();
    } catch (error) {
      outcome = { name, injected, state: (error as Error).message };
      throw error;
    } finally {
      results.add(outcome);
    }
    const { told, seconds } = outcome;
    const after = seconds === undefined ? 'as it should be' : `done after ${Math.round(seconds)} s`;
    return `${after}${told === undefined ? '' : `; the status said: ${told}`}`;
  });
}
