import { describe, expect, it } from 'vitest';
import { parseArp, parseIpNeighbours, parseProcArp, readNeighbours } from '../../src/find/neighbours.ts';
import { isRaspberryPi, normalMac } from '../../src/find/raspberry-pi.ts';
import { othersIn } from '../../src/find/sweep.ts';

const pi = { address: '192.168.1.20', mac: 'b8:27:eb:01:02:03' };

describe('neighbours', () => {
  it('of ip -j neigh', () => {
    const text = JSON.stringify([
      { dst: '192.168.1.1', dev: 'eth0', lladdr: '00:11:22:33:44:55', state: ['REACHABLE'] },
      { dst: '192.168.1.20', dev: 'eth0', lladdr: 'B8:27:EB:01:02:03', state: ['STALE'] },
      { dst: '192.168.1.21', dev: 'eth0', state: ['FAILED'] },
      { dst: '192.168.1.22', dev: 'eth0', lladdr: 'b8:27:eb:01:02:04', state: ['FAILED'] },
      { dst: 'fe80::1', dev: 'eth0', lladdr: '00:11:22:33:44:55', router: null, state: ['STALE'] },
    ]);
    expect(parseIpNeighbours(text)).toEqual([
      { address: '192.168.1.1', mac: '00:11:22:33:44:55' },
      pi,
      { address: 'fe80::1', mac: '00:11:22:33:44:55' },
    ]);
    expect(parseIpNeighbours('Object "neigh" is unknown')).toEqual([]);
    expect(parseIpNeighbours('[{"dst":1}]')).toEqual([]);
  });

  it('of /proc/net/arp', () => {
    const text = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.20     0x1         0x2         b8:27:eb:01:02:03     *        wlan0
192.168.1.30     0x1         0x0         00:00:00:00:00:00     *        wlan0
`;
    expect(parseProcArp(text)).toEqual([pi]);
    expect(parseProcArp('')).toEqual([]);
  });

  it.each([
    [
      'macOS',
      `? (192.168.1.1) at 0:11:22:33:44:55 on en0 ifscope [ethernet]
kitchen.lan (192.168.1.20) at b8:27:eb:1:2:3 on en0 ifscope [ethernet]
? (192.168.1.30) at (incomplete) on en0 ifscope [ethernet]
? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]
? (192.168.1.255) at ff:ff:ff:ff:ff:ff on en0 ifscope [ethernet]
`,
    ],
    [
      'Windows',
      '\r\nInterface: 192.168.1.5 --- 0xb\r\n  Internet Address      Physical Address      Type\r\n  192.168.1.20          b8-27-eb-01-02-03     dynamic   \r\n  192.168.1.255         ff-ff-ff-ff-ff-ff     static    \r\n',
    ],
    [
      'Windows in German',
      '\r\nSchnittstelle: 192.168.1.5 --- 0xb\r\n  Internetadresse       Physische Adresse     Typ\r\n  192.168.1.20          b8-27-eb-01-02-03     dynamisch \r\n',
    ],
    ['FreeBSD', 'kitchen (192.168.1.20) at b8:27:eb:01:02:03 on em0 expires in 1200 seconds [ethernet]\n'],
  ])('of arp -a on %s', (_system, text) => {
    expect(parseArp(text).filter(({ mac }) => isRaspberryPi(mac))).toEqual([pi]);
    expect(parseArp(text).map(({ address }) => address)).not.toContain('192.168.1.255');
    expect(parseArp(text).map(({ address }) => address)).not.toContain('192.168.1.30');
  });

  it('cannot be had from every system, which is no error', async () => {
    await expect(readNeighbours(process.platform)).resolves.toBeInstanceOf(Array);
    await expect(readNeighbours('aix')).resolves.toBeInstanceOf(Array);
  });
});

describe('normalMac', () => {
  it.each([
    ['B8-27-EB-1-2-3', 'b8:27:eb:01:02:03'],
    ['00:00:00:00:00:00', undefined],
    ['ff:ff:ff:ff:ff:ff', undefined],
    ['b8:27:eb:01:02', undefined],
    ['b8:27:eb:01:02:03:04', undefined],
    ['b8:27:eb:01:02:0g', undefined],
    ['', undefined],
  ])('%s: %s', (text, expected) => expect(normalMac(text)).toBe(expected));
});

describe('othersIn', () => {
  it.each([
    ['192.168.1.2/30', ['192.168.1.1']],
    ['10.0.0.1/29', ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']],
    ['10.0.0.1/31', []],
    ['10.0.0.1/32', []],
    ['10.0.0.1/16', []],
    ['10.0.0.1/0', []],
    ['fd00::1/64', []],
    ['', []],
  ])('%s', (cidr, expected) => expect(othersIn(cidr)).toEqual(expected));

  it('has all of a usual network', () => {
    const all = othersIn('192.168.200.77/24');
    expect([all.length, all[0], all.at(-1), all.includes('192.168.200.77')]).toEqual([
      253,
      '192.168.200.1',
      '192.168.200.254',
      false,
    ]);
    expect(othersIn('192.168.7.9/22').at(-1)).toBe('192.168.7.254');
  });
});
