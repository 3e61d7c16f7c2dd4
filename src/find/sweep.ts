import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';

/** Networks larger than this are not home networks, and their owners would not like it. */
const mostAddresses = 1024;
/** The discard service (RFC 863): nobody listens there, and nobody has to. */
const discard = 9;

/** The other addresses of the IPv4 network that `cidr` (`192.168.1.20/24`) is in; none if there are too many. */
export function othersIn(cidr: string): readonly string[] {
  const [, address = '', bits = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? [];
  const size = 2 ** (32 - Number(bits));
  if (address === '' || !(size > 2 && size <= mostAddresses)) return [];
  const own = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const network = Math.floor(own / size) * size;
  return Array.from({ length: size - 2 }, (_, index) => network + 1 + index)
    .filter((one) => one !== own)
    .map((one) => [24, 16, 8, 0].map((shift) => Math.floor(one / 2 ** shift) % 256).join('.'));
}

/** Networks that this machine is in, as `address/bits`. */
export function localNetworks(): readonly string[] {
  return Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one && one.family === 'IPv4' && !one.internal && one.cidr ? [one.cidr] : []));
}

/**
 * Sends an empty datagram to each address, so that this system asks for their network cards and has those that
 * there are among its neighbours. That takes no rights, unlike sending ARP requests ourselves.
 */
export async function knock(addresses: readonly string[]): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  for (const address of addresses) {
    await new Promise<void>((sent) => socket.send(Buffer.alloc(0), discard, address, () => sent()));
  }
  socket.close();
}
