/*
 * Builds an image that has Docker, a compose project and a container in it, boots it in QEMU with no way out to any
 * network, and looks whether everything runs in the end, and again after the power was cut.
 *
 *   npm run test:offline [-- --base FILE] [-- --patience FACTOR]
 *
 * The packages come from the archive that the base image names, the containers from a registry on this machine.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeKey } from './boot/boot-image.ts';
import { type Checks, expect } from './boot/checks.ts';
import * as look from './boot/expectations.ts';
import type { Guest } from './boot/guest.ts';
import { buildOfflineImage, offlineAddress } from './boot/offline-image.ts';
import { archiveAnswers } from './boot/package-archive.ts';
import { defaultBase } from './boot/prerequisites.ts';
import { guestOptions, runSession, type Session, withGuest } from './boot/session.ts';
import { greeting, running, served, serveShop, shopRuns } from './boot/shop.ts';
import { type Limits, until } from './boot/until.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: defaultBase },
    patience: { type: 'string', default: '1' },
  },
});

process.exitCode = await runSession(
  'offline',
  {
    base: path.resolve(values.base),
    patience: Number(values.patience),
    minutes: 20,
    tools: { 'dpkg-deb': 'dpkg' },
  },
  testOffline,
);

async function testOffline(session: Session): Promise<void> {
  const { base, checks, folder, limits } = session;
  const cache = path.join(folder, 'cache');
  if (!(await archiveAnswers(session, cache, 'all of it'))) return;
  const key = await makeKey(folder);
  const image = path.join(folder, 'card.img');
  const request = { base, image, folder, cache, limits };
  await using registry = await serveShop(request);
  await checks.must('build', async () => {
    await buildOfflineImage(request, registry);
    return 'Docker, a compose project of two containers and one more, all of it in the image';
  });
  // Without the access point, and with AppArmor on: its parser has to be in the image as well.
  const isolated = { network: 'isolated', address: offlineAddress } as const;
  const options = { ...(await guestOptions(session, image, key)), words: [], ...isolated };

  console.log('first boot:');
  await withGuest(session, options, async (guest) => {
    await comesUp(guest, checks);
    await checks.check('no network', () => seesNobody(guest, registry.port));
    await checks.must('Docker', () => reaches(guest, 'docker', limits));
    await checks.must('containers', () => reaches(guest, 'compose-shop', limits));
    await checks.check('they run', () => theyRun(guest, limits));
    await checks.check('status', async () => {
      await until('done', { within: 60 }, limits, async () =>
        (await look.status(guest))?.state === 'done' ? true : undefined,
      );
      return look.allStepsAreDone(guest, ['docker', 'load-images', 'container-kiosk', 'compose-shop']);
    });
    await checks.check('nothing is left over', () => nothingIsLeft(guest));
    await guest.run('sync');
    await guest.cutPower();
  });
  console.log('after a power cut:');
  await withGuest(session, options, async (guest) => {
    await comesUp(guest, checks);
    await checks.check('they run', () => theyRun(guest, limits));
  });
}

async function comesUp(guest: Guest, checks: Checks): Promise<void> {
  await checks.must('ssh', async () => {
    await guest.waitForLogin(180);
    return `at ${offlineAddress}, which the image says, ${after(guest)}`;
  });
}

/** Neither a name server, nor a server that is known to answer on the machine that QEMU runs on. */
async function seesNobody(guest: Guest, port: number): Promise<string> {
  const tries = ['getent hosts ftp.debian.org', `timeout 5 bash -c '</dev/tcp/10.0.2.2/${port}'`];
  for (const one of tries) {
    const answer = await guest.run(`${one} >/dev/null 2>&1 && echo yes || echo no`);
    expect(answer.trim() === 'no', `\`${one}\` was answered`);
  }
  return 'neither names nor servers answer';
}

/** Waits until a first-boot step is done. */
async function reaches(guest: Guest, name: string, limits: Limits): Promise<string> {
  await until(`step ${name}`, { within: 480, every: 3 }, limits, async () => {
    const found = (await look.status(guest))?.steps.find((step) => step.name === name);
    if (found?.state === 'failed') throw new Error(`failed after ${found.attempts} attempts`);
    return found?.state === 'done' ? true : undefined;
  });
  return `done ${after(guest)}`;
}

async function theyRun(guest: Guest, limits: Limits): Promise<string> {
  await shopRuns(guest, limits);
  const when = after(guest);
  const heard = await until('a visit', { within: 60 }, limits, async () => {
    const last = (await guest.run('docker logs --tail 1 shop_visitor_1 2>&1')).trim();
    expect(last.includes(greeting), `its log ends with "${last}"`);
    return last;
  });
  const answer = await served(guest);
  expect(answer.includes(greeting), `port 8080 of the Pi says ${JSON.stringify(answer.slice(0, 200))}`);
  return `${running.join(', ')} ${when}; one heard of another: "${heard}"`;
}

/** The files of the build are gone, dpkg is content, and only what was asked for counts as asked for. */
async function nothingIsLeft(guest: Guest): Promise<string> {
  const left = await guest.run('ls /var/lib/pi-image; sudo dpkg --audit');
  expect(!left.includes('preloaded'), `there is still ${left.trim()}`);
  const byHand = (await guest.run('apt-mark showmanual')).split('\n');
  expect(byHand.includes('docker.io') && byHand.includes('docker-compose'), 'Docker counts as a dependency');
  expect(!byHand.includes('containerd') && !byHand.includes('runc'), 'its dependencies count as asked for');
  return 'the packages and images of the build are removed';
}

function after(guest: Guest): string {
  return `${Math.round(guest.seconds)} s after power-on`;
}
