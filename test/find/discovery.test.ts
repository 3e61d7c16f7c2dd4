import type { Answer } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { firstQuestions, learn, nameQuestion, newDiscovery } from '../../src/find/discovery.ts';
import { hostsOf, likelyPis } from '../../src/find/hosts.ts';

const a = (name: string, data: string): Answer => ({ type: 'A', name, data });
const ptr = (name: string, data: string): Answer => ({ type: 'PTR', name, data });
const srv = (name: string, target: string): Answer => ({ type: 'SRV', name, data: { target, port: 22 } });

describe('learn', () => {
  it('goes from a service to its host to its addresses', () => {
    const discovery = newDiscovery();
    expect(firstQuestions(['x.local']).map(({ name }) => name)).toEqual([
      '_ssh._tcp.local',
      '_rfb._tcp.local',
      '_workstation._tcp.local',
      'x.local',
      'x.local',
    ]);
    expect(learn(discovery, [ptr('_ssh._tcp.local', 'Kitchen._ssh._tcp.local')])).toEqual([
      { type: 'SRV', name: 'kitchen._ssh._tcp.local' },
    ]);
    expect(learn(discovery, [srv('Kitchen._ssh._tcp.local', 'kitchen.local.')])).toEqual([
      { type: 'A', name: 'kitchen.local' },
      { type: 'AAAA', name: 'kitchen.local' },
    ]);
    expect(
      learn(discovery, [
        a('kitchen.local', '10.0.0.2'),
        { type: 'AAAA', name: 'kitchen.local', data: 'fd00::2' },
        { type: 'AAAA', name: 'kitchen.local', data: 'fe80::2' },
      ]),
    ).toEqual([]);
    expect(hostsOf(discovery, [{ address: '10.0.0.2', mac: 'b8:27:eb:01:02:03' }])).toEqual([
      {
        name: 'kitchen.local',
        addresses: ['10.0.0.2', 'fd00::2'],
        announced: ['ssh'],
        mac: 'b8:27:eb:01:02:03',
        isRaspberryPi: true,
        answers: [],
      },
    ]);
  });

  it('takes all from one answer, and names from addresses', () => {
    const discovery = newDiscovery();
    const next = learn(discovery, [
      ptr('_workstation._tcp.local', 'den [dc:a6:32:0a:0b:0c]._workstation._tcp.local'),
      a('den.local', '10.0.0.3'),
      srv('den [dc:a6:32:0a:0b:0c]._workstation._tcp.local', 'den.local'),
      ptr('9.0.0.10.in-addr.arpa', 'attic.local'),
    ]);
    expect(next).toEqual([{ type: 'SRV', name: 'den [dc:a6:32:0a:0b:0c]._workstation._tcp.local' }]);
    expect(nameQuestion('10.0.0.9')).toEqual([{ type: 'PTR', name: '9.0.0.10.in-addr.arpa' }]);
    expect(nameQuestion('fd00::1')).toEqual([]);
    expect(hostsOf(discovery, []).map(({ name, mac, addresses }) => [name, mac, ...addresses])).toEqual([
      ['attic.local', undefined, '10.0.0.9'],
      ['den.local', 'dc:a6:32:0a:0b:0c', '10.0.0.3'],
    ]);
  });

  it('believes nothing that cannot be', () => {
    const discovery = newDiscovery();
    const records = [
      a('kitchen.local', 'not an address'),
      a('www.example.org', '10.0.0.1'),
      a('', '10.0.0.1'),
      a(`${'a'.repeat(256)}.local`, '10.0.0.1'),
      ptr('_http._tcp.local', 'x._http._tcp.local'),
      srv('unknown._ssh._tcp.local', 'x.local'),
      ptr('999.999.999.999.in-addr.arpa', 'x.local'),
      { type: 'A', name: 'x.local', data: undefined } as unknown as Answer,
      { type: 'PTR', name: '_ssh._tcp.local', data: { odd: true } } as unknown as Answer,
    ];
    expect(learn(discovery, records)).toEqual([]);
    expect(hostsOf(discovery, [])).toEqual([]);
  });

  it('does not grow without end', () => {
    const discovery = newDiscovery();
    for (let count = 0; count < 100_000; count += 100) {
      const many = Array.from({ length: 100 }, (_, index) => count + index);
      learn(
        discovery,
        many.map((one) => a(`h${one}.local`, `10.${one >> 16}.${(one >> 8) & 255}.${one & 255}`)),
      );
      learn(
        discovery,
        many.map((one) => ptr('_ssh._tcp.local', `h${one}._ssh._tcp.local`)),
      );
    }
    expect(discovery.names.size).toBeLessThanOrEqual(2000);
    expect(discovery.instances.size).toBeLessThanOrEqual(2000);
  });
});

describe('likelyPis', () => {
  it('takes Pis by their cards, and strangers that may be one', () => {
    const discovery = newDiscovery();
    learn(discovery, [
      a('raspberrypi.local', '10.0.0.1'),
      a('printer.local', '10.0.0.2'),
      a('laptop.local', '10.0.0.3'),
      ptr('_ssh._tcp.local', 'laptop._ssh._tcp.local'),
      srv('laptop._ssh._tcp.local', 'laptop.local'),
      a('nas.local', '10.0.0.4'),
      ptr('_ssh._tcp.local', 'nas._ssh._tcp.local'),
      srv('nas._ssh._tcp.local', 'nas.local'),
    ]);
    const found = hostsOf(discovery, [
      { address: '10.0.0.4', mac: '00:11:22:33:44:55' },
      { address: '10.0.0.5', mac: 'e4:5f:01:00:00:01' },
      { address: 'fe80::5', mac: 'e4:5f:01:00:00:01' },
      { address: '10.0.0.6', mac: '00:11:22:33:44:66' },
    ]);
    expect(likelyPis(found).map(({ name, addresses }) => name ?? addresses.join())).toEqual([
      'laptop.local',
      'raspberrypi.local',
      '10.0.0.5,fe80::5',
    ]);
  });
});
