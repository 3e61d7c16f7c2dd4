import type { Discovery, Service } from './discovery.ts';
import type { Neighbour } from './neighbours.ts';
import { isRaspberryPi, normalMac } from './raspberry-pi.ts';

/** A machine in the local network. */
export interface Host {
  /** `kitchen.local`, when it has told its name. */
  readonly name?: string;
  readonly addresses: readonly string[];
  readonly mac?: string;
  /** Whether its network card is one of a Raspberry Pi; undefined when the card is not known. */
  readonly isRaspberryPi?: boolean;
  /** What it announces. */
  readonly announced: readonly Service[];
  /** What answers there. */
  readonly answers: readonly ('ssh' | 'vnc')[];
}

/** Brings together what is known by name and what is known by address. Sorted by name, then address. */
export function hostsOf(discovery: Discovery, neighbours: readonly Neighbour[]): readonly Host[] {
  const macs = new Map(neighbours.map(({ address, mac }) => [address, mac]));
  const named = [...discovery.addresses].map(([name, addresses]) => {
    const here = [...discovery.instances].filter(([, { host }]) => host === name);
    const mac =
      [...addresses].map((one) => macs.get(one)).find(Boolean) ??
      here.map(([one]) => macIn(one)).find(Boolean);
    const announced = [...new Set(here.map(([, { service }]) => service))].sort();
    return { name, addresses: sorted(addresses), announced, ...withMac(mac), answers: [] };
  });
  const known = new Set(named.flatMap(({ addresses }) => addresses));
  const nameless = new Map<string, string[]>();
  for (const { address, mac } of neighbours) {
    if (!known.has(address)) nameless.set(mac, [...(nameless.get(mac) ?? []), address]);
  }
  const others = [...nameless].map(([mac, addresses]) => ({
    addresses: sorted(addresses),
    announced: [],
    ...withMac(mac),
    answers: [],
  }));
  return [...named.sort((a, b) => (a.name < b.name ? -1 : 1)), ...others];
}

/** Those that are a Raspberry Pi, or may be one: nothing is known against it, and it is a machine to log in to. */
export function likelyPis(hosts: readonly Host[]): readonly Host[] {
  return hosts.filter(
    ({ isRaspberryPi: isPi, name = '', announced }) =>
      isPi ?? (/^raspberrypi/.test(name) || announced.includes('ssh') || announced.includes('workstation')),
  );
}

/** avahi's workstation service is called `kitchen [b8:27:eb:01:02:03]._workstation._tcp.local`. */
function macIn(instance: string): string | undefined {
  return normalMac(/ \[([0-9a-f:]{17})\]\._workstation\./.exec(instance)?.[1] ?? '');
}

function withMac(mac: string | undefined): { mac?: string; isRaspberryPi?: boolean } {
  return mac === undefined ? {} : { mac, isRaspberryPi: isRaspberryPi(mac) };
}

/** IPv4 first, since that is what people type. */
function sorted(addresses: Iterable<string>): string[] {
  return [...addresses].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')) || (a < b ? -1 : 1));
}
