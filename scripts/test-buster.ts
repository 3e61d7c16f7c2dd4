/*
 * Builds an image of a base that is dressed as Raspbian 10, and boots it in QEMU in an Internet of 2026 that is played
 * on the loopback of this machine: the old address of Raspbian's archive answers 404, its new one has expired lists
 * of a suite that was renamed, and Docker's archive has later versions than the last one that is known to work.
 *
 *   npm run test:buster [-- --base FILE] [-- --patience FACTOR]
 *
 * Docker's packages are stand-ins under their real names and versions: that dockerd runs is shown by test:boot.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeKey } from './boot/boot-image.ts';
import { buildBusterImage } from './boot/buster/image.ts';
import { hosts, type Internet, lastDocker, playInternet } from './boot/buster/internet.ts';
import { expect } from './boot/checks.ts';
import * as look from './boot/expectations.ts';
import type { Guest } from './boot/guest.ts';
import { defaultBase } from './boot/prerequisites.ts';
import { guestOptions, runSession, type Session, withGuest } from './boot/session.ts';
import { until } from './boot/until.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: defaultBase },
    patience: { type: 'string', default: '1' },
  },
});

process.exitCode = await runSession(
  'buster',
  {
    ...{ base: path.resolve(values.base), patience: Number(values.patience), minutes: 15 },
    tools: { 'dpkg-deb': 'dpkg', 'apt-ftparchive': 'apt-utils', gpg: 'gnupg', openssl: 'openssl' },
  },
  testBuster,
);

async function testBuster(session: Session): Promise<void> {
  const { checks, folder, limits } = session;
  await using internet = await playInternet(path.join(folder, 'internet'));
  const key = await makeKey(folder);
  const image = path.join(folder, 'card.img');
  await checks.must('build', async () => {
    await buildBusterImage(session, internet, image);
    return 'two packages and Docker, on what says that it is Raspbian 10';
  });
  const options = await guestOptions(session, image, key);
  await withGuest(session, { ...options, words: ['apparmor=0'], services: internet.ports }, async (guest) => {
    await checks.must('ssh', async () => {
      await guest.waitForLogin(180);
      return look.login(guest);
    });
    await checks.check('sources', () => sourcesAreRewritten(guest));
    await checks.must('packages', () => reaches('packages', 'done', guest, session));
    await checks.must("a key that is not Docker's", () =>
      reaches('docker', /is not Docker's$/, guest, session),
    );
    await guest.run(acceptKey(internet.dockerFingerprint));
    await checks.must('Docker', () => reaches('docker', 'done', guest, session));
    await checks.check('versions', () => versionsAreTheLast(guest));
    await checks.check('status', async () => {
      const isDone = async () => ((await look.status(guest))?.state === 'done' ? true : undefined);
      await until('done', { within: 60 }, limits, isDone);
      return look.allStepsAreDone(guest, ['packages', 'docker']);
    });
    await checks.check('who was asked', () => Promise.resolve(onlyTheNewHosts(internet)));
  });
}

/** The step takes Docker's key for its fingerprint alone, and nobody but Docker has that key: the test's is put there. */
function acceptKey(fingerprint: string): string {
  return `sudo sed -i 's/--export [0-9A-F]\\{40\\} /--export ${fingerprint} /' /usr/lib/pi-image/steps/60-docker`;
}

async function sourcesAreRewritten(guest: Guest): Promise<string> {
  const list = (await guest.run('cat /etc/apt/sources.list')).trim();
  expect(list === `deb http://${hosts.raspbian}/raspbian/ buster main contrib non-free rpi`, list);
  return list;
}

/** Waits until a step is in a state, or has failed for a reason. */
function reaches(name: string, wanted: string | RegExp, guest: Guest, { limits }: Session): Promise<string> {
  return until(`step ${name}`, { within: 300, every: 3 }, limits, async () => {
    const step = (await look.status(guest))?.steps.find((one) => one.name === name);
    const found = typeof wanted === 'string' ? step?.state === wanted : wanted.test(step?.message ?? '');
    if (!found) throw new Error(JSON.stringify(step));
    return step?.message || `${wanted} ${Math.round(guest.seconds)} s after power-on`;
  });
}

async function versionsAreTheLast(guest: Guest): Promise<string> {
  const names = 'docker-ce docker-ce-cli docker-compose-plugin raspbian-probe rpi-probe';
  const show = `dpkg-query --show --showformat='\${Package} \${Version} \${db:Status-Status}\\n' ${names}`;
  const found = (await guest.run(show)).trim();
  for (const name of ['docker-ce', 'docker-ce-cli']) {
    expect(found.includes(`${name} ${lastDocker} installed`), `dpkg says ${found}`);
  }
  expect(
    found.split('\n').every((line) => line.endsWith(' installed')),
    `dpkg says ${found}`,
  );
  const groups = await guest.run('id -nG pi; docker version');
  expect(/\bdocker\b.*\nup$/m.test(groups), `pi is in the groups ${groups}`);
  return found.replaceAll('\n', ', ');
}

function onlyTheNewHosts({ asked }: Internet): string {
  const to = (start: string) => asked.filter((url) => url.startsWith(start)).length;
  expect(to(`http://${hosts.gone}/`) === 0, 'the old address of the archive was asked');
  const counts = [
    `http://${hosts.raspbian}/raspbian/`,
    `http://${hosts.raspberryPi}/debian/`,
    `https://${hosts.docker}/linux/raspbian/`,
  ].map((start) => `${start} ${to(start)} times`);
  expect(to(`http://${hosts.docker}`) === 0, 'Docker was asked without TLS');
  return counts.join(', ');
}
