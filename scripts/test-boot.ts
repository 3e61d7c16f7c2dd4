/*
 * Builds an image with the compiled program, boots it in QEMU beside a simulated access point, and looks whether the
 * Pi comes up as promised: ssh, Wi-Fi, Docker from the first boot, and the same again after a restart.
 *
 *   npm run test:boot [-- --power-cut] [-- --base FILE] [-- --patience FACTOR]
 *
 * --power-cut pulls the plug in the middle of the Docker installation as well. --patience multiplies every deadline,
 * for machines that are busy with other things. Skips when this machine lacks something.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildBootImage, makeKey } from './boot/boot-image.ts';
import type { Checks } from './boot/checks.ts';
import * as look from './boot/expectations.ts';
import type { Guest } from './boot/guest.ts';
import { archiveAnswers } from './boot/package-archive.ts';
import { defaultBase } from './boot/prerequisites.ts';
import { guestOptions, runSession, type Session, withGuest } from './boot/session.ts';
import { type Limits, until } from './boot/until.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: defaultBase },
    patience: { type: 'string', default: '1' },
    'power-cut': { type: 'boolean', default: false },
  },
});

process.exitCode = await runSession(
  'boot',
  {
    base: path.resolve(values.base),
    patience: Number(values.patience),
    minutes: values['power-cut'] ? 16 : 12,
  },
  testBoot,
);

async function testBoot(session: Session): Promise<void> {
  const { base, checks, folder, limits } = session;
  const cache = path.join(folder, 'cache');
  const docker = await archiveAnswers(session, cache, 'Docker');
  const cut = docker && values['power-cut'];

  const key = await makeKey(folder);
  const image = path.join(folder, 'card.img');
  await checks.must('build', async () => {
    await buildBootImage({ base, image, folder, cache, docker, limits });
    return `Wi-Fi, an ssh key, a host name, files, a script${docker ? ', a package and Docker' : ''}`;
  });
  const options = await guestOptions(session, image, key);

  console.log('first boot:');
  await withGuest(session, options, async (guest) => {
    await comesUp(guest, checks, limits);
    await (cut ? cutPower(guest, checks, limits) : finishes(guest, docker, checks, limits));
  });
  if (cut) {
    console.log('after the power cut:');
    await withGuest(session, options, async (guest) => {
      await comesUp(guest, checks, limits);
      await finishes(guest, docker, checks, limits);
    });
  }
  console.log('after a restart:');
  await withGuest(session, options, async (guest) => {
    await comesUp(guest, checks, limits);
    await checks.check('nothing runs again', () => look.nothingRunsAgain(guest));
    await checks.check('status', () => look.allStepsAreDone(guest, stepsWith(docker)));
    if (docker) await containersRun(guest, checks);
  });
}

function stepsWith(docker: boolean): string[] {
  return docker ? ['packages', 'docker', 'script'] : ['script'];
}

async function comesUp(guest: Guest, checks: Checks, limits: Limits): Promise<void> {
  await checks.must('ssh', async () => {
    await guest.waitForLogin(180);
    const after = afterPowerOn(guest);
    return `${await look.login(guest)}, ${after}`;
  });
  await checks.check('no password login', () => look.passwordIsRefused(guest));
  await checks.check('Wi-Fi', async () => {
    const joined = await until('joining', { within: 120 }, limits, () => look.wifi(guest));
    return `${joined}, ${afterPowerOn(guest)}`;
  });
}

async function finishes(guest: Guest, docker: boolean, checks: Checks, limits: Limits): Promise<void> {
  if (docker) await checks.check('ssh waits for nothing', () => look.stepsAreNotDoneYet(guest));
  await checks.must('first-boot steps', async () => {
    const isDone = async () => ((await look.status(guest))?.state === 'done' ? true : undefined);
    await until('done', { within: 480, every: 8 }, limits, isDone);
    return `done ${afterPowerOn(guest)}`;
  });
  await checks.check('status', () => look.allStepsAreDone(guest, stepsWith(docker)));
  if (docker) await containersRun(guest, checks);
  await checks.check('root file system', () => look.rootFillsCard(guest));
  await checks.check('no secret is told', () => look.nothingSecretIsTold(guest));
  await checks.must('power off', async () => {
    await guest.powerOff();
    return 'in good order';
  });
}

async function containersRun(guest: Guest, checks: Checks): Promise<void> {
  await checks.check('docker run', () => look.dockerRun(guest));
  await checks.check("Docker's interfaces", () => look.dockerHasItsInterfaces(guest));
}

async function cutPower(guest: Guest, checks: Checks, limits: Limits): Promise<void> {
  await checks.must('power cut', async () => {
    const inTheMiddle = () => look.unfinishedPackage(guest, 'docker.io');
    const state = await until(
      'the middle of the installation',
      { within: 420, every: 1 },
      limits,
      inTheMiddle,
    );
    await guest.cutPower();
    return `while docker.io was ${state}`;
  });
}

function afterPowerOn(guest: Guest): string {
  return `${Math.round(guest.seconds)} s after power-on`;
}
