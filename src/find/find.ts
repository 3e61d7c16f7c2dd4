import { setTimeout as sleep } from 'node:timers/promises';
import { PiImageError } from '../model/errors.ts';
import { addressQuestions, firstQuestions, learn, nameQuestion, newDiscovery } from './discovery.ts';
import { type Host, hostsOf, likelyPis } from './hosts.ts';
import { type Multicast, type MulticastOptions, openMulticast } from './multicast.ts';
import { type Neighbour, readNeighbours } from './neighbours.ts';
import { accepts, ports, whatAnswers } from './probe.ts';
import { isRaspberryPi } from './raspberry-pi.ts';
import { knock, othersIn } from './sweep.ts';

export interface FindOptions extends MulticastOptions {
  /** Milliseconds to listen. */
  readonly timeout: number;
  readonly platform: NodeJS.Platform;
  readonly signal?: AbortSignal;
  /** Networks (`192.168.1.20/24`) in which to send something to every address first, to find machines that are silent. @default none */
  readonly sweep?: readonly string[];
  /** @default the tables of this system */
  readonly neighbours?: () => Promise<readonly Neighbour[]>;
  /** @default 22 and 5900 */
  readonly ports?: Readonly<Record<'ssh' | 'vnc', number>>;
}

/** A stock image's name, asked for even if nobody announces anything, as Raspbian since 2016 does not. */
const usualName = 'raspberrypi.local';
const probeTimeout = 1000;
/** Milliseconds between two rounds of questions; answers get lost, and a Pi may be just starting. */
const askEvery = 1000;

/** The Raspberry Pis of the local network, by multicast DNS and by the addresses of their network cards. */
export async function findPis(options: FindOptions): Promise<readonly Host[]> {
  const { timeout, platform, signal, neighbours = () => readNeighbours(platform) } = options;
  const discovery = newDiscovery();
  const multicast: Multicast = openMulticast((records) => multicast.ask(learn(discovery, records)), options);
  try {
    await knock((options.sweep ?? []).flatMap(othersIn));
    const end = Date.now() + timeout;
    do {
      const nameless = (await neighbours()).filter(
        ({ mac, address }) => isRaspberryPi(mac) && !discovery.names.has(address),
      );
      const names = nameless.slice(0, 100).flatMap(({ address }) => nameQuestion(address));
      multicast.ask([...firstQuestions([usualName]), ...names]);
      await sleep(Math.max(0, Math.min(askEvery, end - Date.now())), undefined, signal && { signal });
    } while (Date.now() < end);
  } finally {
    await multicast.close();
  }
  const found = likelyPis(hostsOf(discovery, await neighbours())).slice(0, 200);
  const at = options.ports ?? ports;
  return Promise.all(
    found.map(async (host) => ({
      ...host,
      answers: await whatAnswers(host.addresses, { timeout: probeTimeout, at }),
    })),
  );
}

/** Waits until the Pi called `name` is in the network and its ssh server answers. */
export async function waitForPi(name: string, options: FindOptions): Promise<Host> {
  const {
    timeout,
    platform,
    signal,
    neighbours = () => readNeighbours(platform),
    ports: at = ports,
  } = options;
  const host = hostName(name);
  const discovery = newDiscovery();
  const multicast = openMulticast((records) => void learn(discovery, records), options);
  try {
    const end = Date.now() + timeout;
    do {
      multicast.ask(addressQuestions(host));
      await sleep(Math.max(0, Math.min(askEvery, end - Date.now())), undefined, signal && { signal });
      const addresses = [...(discovery.addresses.get(host) ?? [])].slice(0, 4);
      const answers = await Promise.all(addresses.map((one) => accepts(one, at.ssh, probeTimeout)));
      if (!answers.some(Boolean)) continue;
      const [found] = hostsOf(discovery, await neighbours()).filter((one) => one.name === host);
      if (found) return { ...found, answers: await whatAnswers(addresses, { timeout: probeTimeout, at }) };
    } while (Date.now() < end);
  } finally {
    await multicast.close();
  }
  const seen = discovery.addresses.has(host);
  throw new PiImageError(
    'find.timeout',
    seen
      ? `${host} is in the network, but its ssh server does not answer`
      : `${host} has not been seen in the network`,
    {
      help: seen
        ? 'the first boot may still be at work: wait longer with --timeout, or switch ssh on in the image'
        : 'a first boot takes some minutes: wait longer with --timeout; look at pi-image/first-boot.log on the card if it never comes, and check that this computer is in the same network',
    },
  );
}

/** `kitchen` and `kitchen.local` alike. */
export function hostName(name: string): string {
  const host = name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/\.local$/, '');
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(host)) {
    throw new PiImageError('usage.invalid', `${JSON.stringify(name)} is no host name`, {
      help: 'give the name that the image was built with, such as kitchen',
    });
  }
  return `${host}.local`;
}
