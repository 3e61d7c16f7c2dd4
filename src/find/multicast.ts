import { networkInterfaces } from 'node:os';
import type { Answer, Question } from 'dns-packet';
import makeMulticastDns from 'multicast-dns';
import { PiImageError } from '../model/errors.ts';

export interface MulticastOptions {
  /** IPv4 addresses of this machine's network cards to ask through. @default all that lead to a network */
  readonly interfaces?: readonly string[];
  /** @default 5353 */
  readonly port?: number;
}

export interface Multicast {
  ask(questions: readonly Question[]): void;
  close(): Promise<void>;
}

/** Opens multicast DNS on every network that this machine is in, because the default route is often the wrong one. */
export function openMulticast(
  onRecords: (records: readonly Answer[]) => void,
  options: MulticastOptions = {},
): Multicast {
  const addresses = options.interfaces ?? localAddresses();
  if (addresses.length === 0) {
    throw new PiImageError('find.no-network', 'this computer is in no network', {
      help: 'connect it to the network that the Pi is in',
    });
  }
  const sockets = addresses.map((address) => {
    // Bound to all addresses: on Linux a socket bound to one of them hears no multicast.
    const socket = makeMulticastDns({
      interface: address,
      bind: '0.0.0.0',
      ...(options.port && { port: options.port }),
    });
    socket.on('response', ({ answers = [], additionals = [] }) => onRecords([...answers, ...additionals]));
    // A network card may go away, or forbid multicast: the others go on, and the neighbour table needs neither.
    socket.on('error', () => {});
    socket.on('warning', () => {});
    return socket;
  });
  return {
    ask(questions) {
      if (questions.length === 0) return;
      for (const socket of sockets) socket.query({ questions: [...questions] });
    },
    async close() {
      await Promise.all(sockets.map((socket) => new Promise<void>((done) => socket.destroy(done))));
    },
  };
}

function localAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one && one.family === 'IPv4' && !one.internal ? [one.address] : []));
}
