import { describe, expect, it } from 'vitest';
import { docker } from '../../src/customizations/docker.ts';
import { network } from '../../src/customizations/network.ts';
import { wifi } from '../../src/customizations/wifi.ts';
import { bytesSource } from '../../src/model/content.ts';
import {
  bookwormLite,
  bullseyeLite,
  busterDesktop,
  busterLite,
  factsOf,
  trixieLite,
} from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

const conf = '/etc/dhcpcd.conf';
const keyfile = '/etc/NetworkManager/system-connections/eth0.nmconnection';
const desk = { address: '192.168.1.20/24', gateway: '192.168.1.1', dns: ['192.168.1.1', '9.9.9.9'] };
const block =
  'interface eth0\nstatic ip_address=192.168.1.20/24\nstatic routers=192.168.1.1\nstatic domain_name_servers=192.168.1.1 9.9.9.9\n';

describe('a static address with dhcpcd', () => {
  it.each([
    ['Buster', busterLite],
    ['Buster with desktop', busterDesktop],
    ['Bullseye', bullseyeLite],
  ])('is a block of its own behind all else, and nothing else changes, on %s', (_, makeTree) => {
    const tree = makeTree();
    const before = tree.readText(conf);
    const { changed } = applied(network, { eth0: desk }, tree);
    expect(Object.keys(changed)).toEqual([conf]);
    expect(changed[conf]).toMatch(/^~ 0644 /);
    expect(tree.readText(conf)).toBe(`${before}\n${block}`);
  });

  it('is set for both interfaces, and replaces what an image has for them', () => {
    const tree = busterLite();
    tree.write(conf, bytesSource(Buffer.from('interface eth0\nstatic routers=10.0.0.1\nmetric 3\n')));
    applied(network, { wlan0: { address: '10.0.0.2/8' }, eth0: desk }, tree);
    expect(tree.readText(conf)).toBe(`${block}metric 3\n\ninterface wlan0\nstatic ip_address=10.0.0.2/8\n`);
  });

  it('stays in force beside the line that keeps dhcpcd from the interfaces of Docker', () => {
    const tree = busterLite();
    applied(network, { eth0: desk }, tree);
    applied(docker, undefined, tree);
    expect(tree.readText(conf)).toMatch(/^denyinterfaces /);
    expect(tree.readText(conf)).toContain(`\n${block}`);
  });
});

describe('a static address with NetworkManager', () => {
  it.each([
    ['Bookworm', bookwormLite],
    ['Trixie', trixieLite],
  ])('is a connection for root only on %s', (_, makeTree) => {
    const tree = makeTree();
    const { changed } = applied(network, { eth0: desk }, tree);
    expect(changed).toEqual({ [keyfile]: '+ 0600 0:0' });
    const text = tree.readText(keyfile);
    expect(text).toMatch(/^uuid=[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/m);
    expect(text?.replace(/uuid=.*/, 'uuid=…')).toBe(
      '[connection]\nid=eth0\nuuid=…\ntype=ethernet\ninterface-name=eth0\nautoconnect-priority=10\n\n[ethernet]\n\n' +
        '[ipv4]\nmethod=manual\naddress1=192.168.1.20/24,192.168.1.1\ndns=192.168.1.1;9.9.9.9;\n\n' +
        '[ipv6]\naddr-gen-mode=default\nmethod=auto\n\n[proxy]\n',
    );
  });

  it('needs neither gateway nor name server', () => {
    const tree = bookwormLite();
    applied(network, { eth0: { address: '10.0.0.2/8' } }, tree);
    expect(tree.readText(keyfile)).toContain('[ipv4]\nmethod=manual\naddress1=10.0.0.2/8\n\n[ipv6]');
  });

  it('is part of every Wi-Fi network, where it is that of wlan0', () => {
    const tree = bookwormLite();
    const settings = { network: network.schema.parse({ wlan0: desk }) };
    const networks = [
      { ssid: 'a', open: true },
      { ssid: 'b', open: true },
    ];
    applied(wifi, { country: 'DE', networks }, tree, { settings });
    for (const number of [1, 2]) {
      expect(tree.readText(`/etc/NetworkManager/system-connections/wifi-${number}.nmconnection`)).toContain(
        '[ipv4]\nmethod=manual\naddress1=192.168.1.20/24,192.168.1.1\ndns=192.168.1.1;9.9.9.9;\n',
      );
    }
  });

  it('is refused for wlan0 when there is no Wi-Fi network to put it into', () => {
    const os = factsOf(bookwormLite());
    expect(() => contribution(network, { wlan0: desk }, os)).toThrow(
      expect.objectContaining({ code: 'plan.unsuitable', message: expect.stringContaining('wlan0') }),
    );
    const settings = { wifi: wifi.schema.parse({ networks: [{ ssid: 'a', open: true }] }) };
    expect(contribution(network, { wlan0: desk }, os, { settings }).edits).toEqual([]);
  });
});

describe('network settings', () => {
  const ids = (eth0: unknown) =>
    contribution(network, { eth0 }, factsOf(busterLite())).advice?.map(({ id }) => id);

  it('say what an address alone does not reach', () => {
    expect(ids(desk)).toEqual([]);
    expect(ids({ address: desk.address })).toEqual(['network.no-gateway']);
    expect(ids({ ...desk, dns: [] })).toEqual(['network.no-dns']);
  });

  it.each<[unknown, RegExp]>([
    [{ address: '192.168.1.20' }, /with its prefix/],
    [{ address: '192.168.1.256/24' }, /with its prefix/],
    [{ address: '192.168.001.20/24' }, /with its prefix/],
    [{ address: '192.168.1.20/33' }, /with its prefix/],
    [{ address: '192.168.1.20/24\nstatic x=y' }, /with its prefix/],
    [{ address: '192.168.1.0/24' }, /address of the network itself/],
    [{ address: '10.255.255.255/8' }, /broadcast address/],
    [{ address: '127.0.0.1/8' }, /no computer of a network/],
    [{ address: '224.0.0.1/24' }, /no computer of a network/],
    [{ address: '192.168.1.20/0' }, /real prefix/],
    [{ ...desk, gateway: '192.168.2.1' }, /not in the network/],
    [{ ...desk, gateway: '192.168.1.20' }, /of the Pi itself/],
    [{ ...desk, gateway: '192.168.1.255' }, /broadcast/],
    [{ ...desk, gateway: 'router' }, /must be an IPv4 address/],
    [{ ...desk, dns: ['dns.example'] }, /must be an IPv4 address/],
    [{ ...desk, dns: ['1.1.1.1', '1.1.1.1', '1.1.1.1', '1.1.1.1'] }, /no more than 3/],
    [{ gateway: '192.168.1.1' }, /address/],
  ])('are refused for %j', (eth0, message) => {
    expect(JSON.stringify(network.schema.safeParse({ eth0 }).error?.issues)).toMatch(message);
  });

  it('are refused for one address at both interfaces, and for other interfaces', () => {
    const both = network.schema.safeParse({ eth0: desk, wlan0: { address: '192.168.1.20/16' } });
    expect(JSON.stringify(both.error?.issues)).toMatch(/has this address already/);
    expect(network.schema.safeParse({ eth9: desk }).success).toBe(false);
  });

  it.each(['192.168.1.1/31', '192.168.1.0/31', '10.0.0.1/32', '169.254.3.4/16'])('take %s', (address) => {
    expect(network.schema.safeParse({ eth0: { address } }).success).toBe(true);
  });

  it('are refused for a system whose network is not known', () => {
    const os = { ...factsOf(busterLite()), network: 'networkd' as const };
    expect(() => contribution(network, { eth0: desk }, os)).toThrow(/neither dhcpcd nor NetworkManager/);
  });
});
