import { isIP, isIPv6 } from 'node:net';
import type { Answer, Question } from 'dns-packet';

/** Services that a Pi announces; avahi's `_workstation._tcp` names the network card too. */
export const serviceTypes = {
  '_ssh._tcp.local': 'ssh',
  '_rfb._tcp.local': 'vnc',
  '_workstation._tcp.local': 'workstation',
} as const;
export type Service = (typeof serviceTypes)[keyof typeof serviceTypes];

/** What multicast DNS (RFC 6762, 6763) has told so far. Names are in small letters, without the dot at the end. */
export interface Discovery {
  /** Host name → its addresses. */
  readonly addresses: Map<string, Set<string>>;
  /** Address → host name. */
  readonly names: Map<string, string>;
  /** Instance such as `kitchen._ssh._tcp.local` → what it is and the host it runs on, once that is known. */
  readonly instances: Map<string, { readonly service: Service; host?: string }>;
}

/** More than any home has, and little enough to hold. */
const mostEntries = 2000;
const longestName = 255;

export function newDiscovery(): Discovery {
  return { addresses: new Map(), names: new Map(), instances: new Map() };
}

/** The questions to begin with: who offers what, and where `hosts` are. */
export function firstQuestions(hosts: readonly string[]): readonly Question[] {
  return [
    ...Object.keys(serviceTypes).map((name): Question => ({ type: 'PTR', name })),
    ...hosts.flatMap((name) => addressQuestions(name)),
  ];
}

export function addressQuestions(name: string): readonly Question[] {
  return [
    { type: 'A', name },
    { type: 'AAAA', name },
  ];
}

/** Asks an address for its name. */
export function nameQuestion(address: string): readonly Question[] {
  if (isIP(address) !== 4) return [];
  return [{ type: 'PTR', name: `${address.split('.').reverse().join('.')}.in-addr.arpa` }];
}

/** Takes in the records of an answer, which anybody in the network may have written, and says what to ask next. */
export function learn(discovery: Discovery, records: readonly Answer[]): readonly Question[] {
  const next: Question[] = [];
  for (const record of records.slice(0, 500)) {
    const name = normal(record.name);
    if (name === undefined) continue;
    switch (record.type) {
      case 'A':
      case 'AAAA':
        learnAddress(discovery, name, record.data);
        break;
      case 'SRV': {
        const instance = discovery.instances.get(name);
        const host = normal(record.data.target);
        if (!instance || host === undefined || instance.host !== undefined) break;
        instance.host = host;
        if (!discovery.addresses.has(host)) next.push(...addressQuestions(host));
        break;
      }
      case 'PTR':
        next.push(...learnPointer(discovery, name, normal(record.data)));
        break;
    }
  }
  return next;
}

function learnAddress({ addresses, names }: Discovery, name: string, address: unknown): void {
  if (typeof address !== 'string' || isIP(address) === 0 || !name.endsWith('.local')) return;
  // Good for nothing without the name of a network card of this machine.
  if (isIPv6(address) && /^fe[89ab]/i.test(address)) return;
  if (names.size >= mostEntries) return;
  const known = addresses.get(name) ?? new Set();
  addresses.set(name, known.add(address));
  names.set(address, name);
}

function learnPointer(discovery: Discovery, name: string, target: string | undefined): Question[] {
  if (target === undefined) return [];
  const reversed = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name)?.[1];
  if (reversed !== undefined) {
    learnAddress(discovery, target, reversed.slice(0, -1).split('.').reverse().join('.'));
    return [];
  }
  const service = serviceTypes[name as keyof typeof serviceTypes];
  const { instances } = discovery;
  if (service === undefined || instances.has(target) || instances.size >= mostEntries) return [];
  instances.set(target, { service });
  return [{ type: 'SRV', name: target }];
}

function normal(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '' || name.length > longestName) return undefined;
  return name.toLowerCase().replace(/\.$/, '');
}
