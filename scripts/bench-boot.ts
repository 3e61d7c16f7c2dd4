/*
 * How long a Pi takes from power-on to ssh, to Docker and to running containers: with an image that has all of it, and
 * with a plain one whose owner logs in and does the same by hand. Two boots in QEMU, one after the other.
 *
 *   npm run bench:boot [-- --base FILE] [-- --patience FACTOR] [-- --json FILE]
 *
 * By hand is told without the time for reading and typing. Packages come from the archive that the base image names,
 * containers from a registry on this machine. Nothing else should run meanwhile.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeKey } from './boot/boot-image.ts';
import { buildPlainImage, installDockerByHand, startContainersByHand } from './boot/by-hand.ts';
import type { Guest, GuestOptions } from './boot/guest.ts';
import { buildOfflineImage, offlineAddress } from './boot/offline-image.ts';
import { archiveAnswers } from './boot/package-archive.ts';
import { defaultBase } from './boot/prerequisites.ts';
import { guestOptions, runSession, type Session, withGuest } from './boot/session.ts';
import { greeting, served, serveShop, shopRuns } from './boot/shop.ts';
import { until } from './boot/until.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: defaultBase },
    patience: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});

/** Seconds since power-on. */
interface Times {
  readonly ssh: number;
  readonly docker: number;
  readonly containers: number;
}

process.exitCode = await runSession(
  'bench-boot',
  {
    ...{ base: path.resolve(values.base), patience: Number(values.patience), minutes: 60 },
    tools: { 'dpkg-deb': 'dpkg' },
  },
  measure,
);

async function measure(session: Session): Promise<void> {
  const { base, checks, folder, limits } = session;
  const cache = path.join(folder, 'cache');
  if (!(await archiveAnswers(session, cache, 'all of it'))) return;
  const key = await makeKey(folder);
  const request = (name: string) => ({ base, image: path.join(folder, name), folder, cache, limits });
  await using registry = await serveShop(request('finished.img'));
  await checks.must('builds', async () => {
    await buildOfflineImage(request('finished.img'), registry);
    await buildPlainImage(request('plain.img'), registry);
    return 'an image with everything in it, and a plain one';
  });

  const finished = await timed(
    session,
    request('finished.img').image,
    key,
    { network: 'isolated', address: offlineAddress },
    {
      docker: async (guest) => {
        await until('Docker', { within: 1800, every: 2 }, limits, () => guest.run('sudo docker info'));
      },
      containers: async () => {},
    },
  );
  const byHand = await timed(
    session,
    request('plain.img').image,
    key,
    { network: 'open' },
    {
      docker: installDockerByHand,
      containers: (guest) => startContainersByHand(guest, registry),
    },
  );
  const all = { finished, byHand };
  if (values.json !== undefined) fs.writeFileSync(values.json, `${JSON.stringify(all, undefined, 2)}\n`);
  console.log(table(all));
}

interface Work {
  /** Ends when Docker is there. */
  readonly docker: (guest: Guest) => Promise<void>;
  /** What it takes to have the containers started. */
  readonly containers: (guest: Guest) => Promise<void>;
}

async function timed(
  session: Session,
  image: string,
  key: string,
  network: Pick<GuestOptions, 'network' | 'address'>,
  { docker, containers }: Work,
): Promise<Times> {
  const { checks, limits } = session;
  const options = await guestOptions(session, image, key);
  const login = { ...options.login, knownHosts: `${image}.known_hosts` };
  const name = path.basename(image);
  let times: Times = { ssh: 0, docker: 0, containers: 0 };
  await withGuest(session, { ...options, login, words: [], ...network }, async (guest) => {
    await checks.must(name, async () => {
      await guest.waitForLogin(300);
      const ssh = guest.seconds;
      await docker(guest);
      const ready = guest.seconds;
      await containers(guest);
      await shopRuns(guest, limits);
      await until('an answer', { within: 60 }, limits, async () =>
        (await served(guest)).includes(greeting) ? true : undefined,
      );
      times = { ssh, docker: ready, containers: guest.seconds };
      return `ssh after ${Math.round(ssh)} s, Docker after ${Math.round(ready)} s, containers after ${Math.round(guest.seconds)} s`;
    });
  });
  return times;
}

function table(all: Readonly<Record<'finished' | 'byHand', Times>>): string {
  const row = (name: string, { ssh, docker, containers }: Times): string =>
    `| ${name} | ${[ssh, docker, containers].map((one) => `${Math.round(one)} s`).join(' | ')} |`;
  return [
    '| from power-on to | ssh | Docker | containers |',
    '|---|---|---|---|',
    row('an image with all of it, no network', all.finished),
    row('a plain image, the same by hand', all.byHand),
  ].join('\n');
}
