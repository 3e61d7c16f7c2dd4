import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { execa } from 'execa';
import { z } from 'zod';
import { normalMac } from './raspberry-pi.ts';

/** A machine that this one has talked to lately, by the tables of its system (ARP, NDP). */
export interface Neighbour {
  readonly address: string;
  readonly mac: string;
}

/** What this system knows of its neighbours; nothing when it cannot be asked. */
export async function readNeighbours(platform: NodeJS.Platform): Promise<readonly Neighbour[]> {
  if (platform !== 'linux') return parseArp(await output('arp', ['-a']));
  const json = await output('ip', ['-j', 'neigh', 'show']);
  if (json !== '') return parseIpNeighbours(json);
  return parseProcArp(await readFile('/proc/net/arp', 'utf8').catch(() => ''));
}

const ipNeighbours = z.array(
  z.object({ dst: z.string(), lladdr: z.string().optional(), state: z.array(z.string()).optional() }),
);

/** Of `ip -j neigh show` (iproute2). */
export function parseIpNeighbours(text: string): readonly Neighbour[] {
  const { data = [] } = ipNeighbours.safeParse(jsonOr(text));
  return data
    .filter(({ state = [] }) => !state.includes('FAILED'))
    .flatMap(({ dst, lladdr }) => neighbour(dst, lladdr));
}

/** Of Linux's /proc/net/arp: address, hardware type, flags (0 is incomplete), hardware address. */
export function parseProcArp(text: string): readonly Neighbour[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/))
    .filter(([, , flags]) => flags !== '0x0')
    .flatMap(([address, , , mac]) => neighbour(address, mac));
}

/**
 * Of `arp -a`: `host (192.168.1.2) at b8:27:eb:1:2:3 on en0 …` on macOS and BSD, `192.168.1.2  b8-27-eb-01-02-03
 * dynamic` on Windows, whatever language the words are in.
 */
export function parseArp(text: string): readonly Neighbour[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const words = line.slice(0, 500).trim().split(/\s+/);
    const address = words.map((word) => word.replace(/^\((.*)\)$/, '$1')).find((word) => isIP(word) !== 0);
    const mac = words.find((word) => normalMac(word) !== undefined);
    return neighbour(address, mac);
  });
}

function neighbour(address: string | undefined, mac: string | undefined): Neighbour[] {
  const normal = normalMac(mac ?? '');
  return address !== undefined && normal !== undefined && isIP(address) !== 0
    ? [{ address, mac: normal }]
    : [];
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const result = await execa(program, args, {
    reject: false,
    timeout: 10_000,
    maxBuffer: 4 * 1024 * 1024,
    env: { LC_ALL: 'C' },
  });
  return result.failed ? '' : result.stdout;
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
