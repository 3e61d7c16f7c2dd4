import { z } from 'zod';
import { hostFault, isInNetwork, parseIpv4, parseIpv4Interface } from '../content/ipv4.ts';
import { dhcpcdValues, keyfileIpv4, type StaticAddress } from '../content/network-strings.ts';
import { render } from '../content/templates.ts';
import { uuidFrom } from '../content/uuid.ts';
import { change, type EditDraft, root, write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { Advice } from '../model/plan.ts';
import { type Context, defineCustomization } from './customization.ts';
import type { WifiSettings } from './wifi.ts';

/** glibc asks three servers and no more (resolv.conf(5)). */
const mostServers = 3;

const ipv4 = z.ipv4('must be an IPv4 address, such as 192.168.1.1');

const staticAddress = z
  .strictObject({
    address: z
      .cidrv4('must be an IPv4 address with its prefix, such as 192.168.1.20/24')
      .describe('IPv4 address with the prefix of its network, such as 192.168.1.20/24'),
    gateway: ipv4
      .optional()
      .describe('Address of the router, in the same network; without it the Pi reaches this network only'),
    dns: z
      .array(ipv4)
      .max(mostServers, `of name servers no more than ${mostServers} are asked`)
      .default([])
      .describe('Addresses of name servers; often that of the router'),
  })
  .superRefine(({ address, gateway }, context) => {
    const fault = faultOf(address, gateway);
    if (fault) context.addIssue({ code: 'custom', ...fault });
  });

const schema = z
  .strictObject({
    eth0: staticAddress.optional().describe('The network socket'),
    wlan0: staticAddress
      .optional()
      .describe('Wi-Fi; with NetworkManager (Bookworm and later) for the networks that `wifi` names'),
  })
  .refine(({ eth0, wlan0 }) => eth0 === undefined || bare(eth0.address) !== bare(wlan0?.address), {
    error: 'eth0 has this address already',
    path: ['wlan0', 'address'],
  });

export type NetworkSettings = z.output<typeof schema>;

/** IPv6 stays as it is: the Pi takes what routers announce. */
export const network = defineCustomization({
  name: 'network',
  summary: 'Static IPv4 addresses; an interface that is not named asks for one, as before (DHCP)',
  schema,
  contribute: (settings, context) => ({
    edits: editsFor(settings, context),
    advice: Object.entries(settings).flatMap(([name, one]) => (one ? adviceFor(name, one) : [])),
  }),
});

function editsFor({ eth0, wlan0 }: NetworkSettings, context: Context): EditDraft[] {
  switch (context.os.network) {
    case 'dhcpcd':
      return [eth0 && dhcpcdEdit('eth0', eth0), wlan0 && dhcpcdEdit('wlan0', wlan0)].filter(
        (edit) => edit !== undefined,
      );
    case 'network-manager':
      // The connections that `wifi` writes hold the address of wlan0.
      if (wlan0) requireWifi(context);
      return eth0 ? [ethernetConnection('eth0', eth0, context)] : [];
    default:
      throw new PiImageError(
        'plan.unsuitable',
        `${context.os.prettyName} has neither dhcpcd nor NetworkManager, so no address can be set`,
        { help: 'put the configuration of its own network software under `files:` instead' },
      );
  }
}

function dhcpcdEdit(name: string, address: StaticAddress): EditDraft {
  const set = { op: 'set-interface', name, values: dhcpcdValues(address) } as const;
  return change('/etc/dhcpcd.conf', set, { ifMissing: 'create' });
}

/** It takes precedence over the connection that NetworkManager or netplan makes by itself for any socket. */
function ethernetConnection(name: string, address: StaticAddress, { random }: Context): EditDraft {
  const text = render('rootfs/etc/NetworkManager/system-connections/ethernet.nmconnection', {
    id: name,
    uuid: uuidFrom(random(`network.uuid.${name}`, 16)),
    address: keyfileIpv4(address),
  });
  const path = `/etc/NetworkManager/system-connections/${name}.nmconnection`;
  return write(path, text, { mode: 0o600, owner: root });
}

function requireWifi({ os, settings }: Context): void {
  if ((settings['wifi'] as WifiSettings | undefined)?.networks.length) return;
  throw new PiImageError(
    'plan.unsuitable',
    `${os.prettyName} keeps the address of wlan0 with each Wi-Fi network, and none is given`,
    { help: 'name the network under `wifi` (--wifi), or set the address of eth0 instead' },
  );
}

function faultOf(address: string, gateway: string | undefined) {
  const own = parseIpv4Interface(address);
  const fault = hostFault(own);
  if (fault !== undefined) return { message: fault, path: ['address'] };
  if (gateway === undefined) return undefined;
  const path = ['gateway'];
  const router = parseIpv4(gateway);
  if (router === own.address) return { message: 'this is the address of the Pi itself', path };
  if (!isInNetwork(router, own)) return { message: `it is not in the network of ${address}`, path };
  const why = hostFault({ address: router, prefix: own.prefix });
  return why === undefined ? undefined : { message: why, path };
}

function adviceFor(name: string, { gateway, dns }: StaticAddress): Advice[] {
  if (gateway === undefined) {
    return [
      {
        level: 'note',
        id: 'network.no-gateway',
        message: `${name} has no gateway: through it the Pi reaches its own network only`,
      },
    ];
  }
  if (dns.length > 0) return [];
  return [
    {
      level: 'warning',
      id: 'network.no-dns',
      message: `${name} has a static address and no name server: the Pi may find no host by its name`,
      help: `set network.${name}.dns (--dns), often to the address of the router`,
    },
  ];
}

const bare = (address: string | undefined): string | undefined => address?.split('/')[0];
