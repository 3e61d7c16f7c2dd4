import path from 'node:path';
import type { BootFiles } from './boot-files.ts';

/** A guest as QEMU is told of it. */
export interface Machine {
  /** Raw image, or qcow2 by its ending; the guest changes it. */
  readonly image: string;
  readonly boot: BootFiles;
  /** More words for the kernel's command line. */
  readonly words?: readonly string[];
  /**
   * `open`: one card with a way out. `isolated`: none, ssh comes in all the same. `cable`: ssh comes in by a card of its
   * own, and the way out is by another one, named `cable`, that the monitor can unplug.
   */
  readonly network?: 'open' | 'isolated' | 'cable';
  /** Of the guest, where it has set one for itself: ssh goes there. By default that of QEMU's DHCP. */
  readonly address?: string;
  /** Ports of the address 10.0.2.100 that lead to ports on the loopback of this machine. */
  readonly services?: Readonly<Record<number, number>>;
  /** File that the serial console is appended to. */
  readonly serialLog: string;
  /** Unix socket for QEMU's monitor. */
  readonly monitor?: string;
  /** New file that gets every write and flush of the guest's disk; see write-log.ts. */
  readonly writeLog?: string;
}

/** The machine is the general one of QEMU: its Raspberry Pis have no network card that works without USB. */
export function qemuArguments(machine: Machine, port: number): string[] {
  const { boot, words = [], network = 'open', serialLog, monitor, address = '' } = machine;
  return [
    ...['-M', 'virt,highmem=off', '-cpu', 'cortex-a15', '-smp', '2', '-m', '1024'],
    // Of a machine that is reset, QEMU's processors may stall for minutes.
    ...['-display', 'none', '-no-reboot'],
    ...['-monitor', monitor === undefined ? 'none' : `unix:${monitor},server=on,wait=off`],
    ...['-chardev', `file,id=serial,path=${serialLog},append=on`, '-serial', 'chardev:serial'],
    ...['-kernel', boot.kernel, '-initrd', boot.initrd],
    ...['-append', ['console=ttyAMA0', boot.commandLine, ...words].join(' ')],
    ...['-drive', `if=none,id=disk,${drive(machine)}`, '-device', 'virtio-blk-device,drive=disk'],
    ...networkCard('net', { port, address }, network !== 'open', relays(machine)),
    ...(network === 'cable' ? networkCard('cable', undefined, false) : []),
    ...['-device', 'virtio-rng-device'],
  ];
}

function drive({ image, writeLog }: Machine): string {
  if (writeLog === undefined) return `file=${image},format=${image.endsWith('.qcow2') ? 'qcow2' : 'raw'}`;
  const disk = `file.driver=raw,file.file.driver=file,file.file.filename=${image}`;
  return `driver=blklogwrites,${disk},log.driver=file,log.filename=${writeLog},log-sector-size=512`;
}

/** Of a network of its own, with QEMU's machine at the address 2; ssh comes in where a port is given. */
function networkCard(
  id: string,
  ssh: { readonly port: number; readonly address: string } | undefined,
  restricted: boolean,
  relayed = '',
): string[] {
  const net = id === 'net' && restricted ? '10.0.9.0/24' : '10.0.2.0/24';
  // QEMU would offer a way out by IPv6 even where there is none.
  const closed = restricted ? 'restrict=on,ipv6=off' : 'restrict=off';
  const inwards = ssh === undefined ? '' : `,hostfwd=tcp:127.0.0.1:${ssh.port}-${ssh.address}:22`;
  return [
    ...['-netdev', `user,id=${id},net=${net},${closed}${inwards}${relayed}`],
    ...['-device', `virtio-net-device,netdev=${id},id=${id}-card`],
  ];
}

/** QEMU starts a program for each connection, which carries it on: its own way to a port takes one at a time. */
function relays({ services = {} }: Machine): string {
  const program = path.join(import.meta.dirname, 'relay.mjs');
  return Object.entries(services)
    .map(([from, to]) => `,guestfwd=tcp:10.0.2.100:${from}-cmd:${process.execPath} ${program} ${to}`)
    .join('');
}
