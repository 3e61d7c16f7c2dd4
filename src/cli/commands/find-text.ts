import type { Host } from '../../find/hosts.ts';
import { printable } from '../ui/problem.ts';

const titles = { ssh: 'ssh', vnc: 'VNC' } as const;

/** A line a machine: name, addresses, network card, what answers. */
export function describeHosts(hosts: readonly Host[], scanned: boolean): string {
  if (hosts.length === 0) {
    return `no Raspberry Pi found\n${
      scanned
        ? 'It may still be starting: `pi-image find --wait NAME` returns when it is up.\n'
        : '`--scan` also looks for those that do not announce themselves.\n'
    }`;
  }
  const rows = hosts.map((host) => [
    host.name ?? '(no name)',
    host.addresses.join(' '),
    host.mac === undefined ? '' : `${host.mac}${host.isRaspberryPi ? '' : ' (not a Pi)'}`,
    host.answers.length > 0
      ? host.answers.map((one) => titles[one]).join(', ')
      : 'answers neither ssh nor VNC',
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => printable(cell).padEnd(widths[column] ?? 0)).join('  '),
  );
  return `${lines.map((one) => one.trimEnd()).join('\n')}\n`;
}

/** What to type next, on a line of its own. */
export function readyText({ name, addresses, answers }: Host, ssh: string): string {
  const vnc = answers.includes('vnc') ? ', VNC too' : '';
  return `${printable(name ?? '')} is up (${printable(addresses.join(' '))}${vnc})\nssh ${ssh}\n`;
}
