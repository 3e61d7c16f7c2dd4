import { describe, expect, it } from 'vitest';
import { applyChange } from '../../src/content/change.ts';

const set = (text: string, values: Record<string, string>, name = 'eth0') =>
  applyChange(text, { op: 'set-interface', name, values });
const values = { ip_address: '10.0.0.2/8' };

describe('an interface of dhcpcd.conf', () => {
  it('is appended, apart from what stands before it', () => {
    expect(set('', values)).toBe('interface eth0\nstatic ip_address=10.0.0.2/8\n');
    expect(set('hostname\n', values)).toBe('hostname\n\ninterface eth0\nstatic ip_address=10.0.0.2/8\n');
    expect(set('hostname\n\n', values)).toBe('hostname\n\ninterface eth0\nstatic ip_address=10.0.0.2/8\n');
  });

  it('loses its old static lines, in all its blocks, and keeps the others', () => {
    const text =
      'interface eth0\n\tstatic  routers=10.0.0.1\nmetric 3\ninterface wlan0\nstatic routers=10.0.0.1\n' +
      'interface eth0\nstatic domain_name_servers=10.0.0.1\nnoipv6\n';
    expect(set(text, values)).toBe(
      'interface eth0\nstatic ip_address=10.0.0.2/8\nmetric 3\ninterface wlan0\nstatic routers=10.0.0.1\n' +
        'interface eth0\nnoipv6\n',
    );
  });

  it.each([
    '#interface eth0\n#static ip_address=192.168.0.10/24\n',
    'static routers=10.0.0.1\ninterface eth1\nstatic routers=10.0.0.1\n',
    'profile static_eth0\nstatic ip_address=192.168.1.23/24\n',
    'interface wlan0\nssid home\nstatic routers=10.0.0.1\n',
  ])('leaves %j as it is', (text) => {
    expect(set(text, values).startsWith(text)).toBe(true);
  });

  it('ends where a profile begins', () => {
    const text = 'interface eth0\nprofile static_eth0\nstatic ip_address=192.168.1.23/24\n';
    expect(set(text, {})).toBe(text);
  });

  it('refuses what would not stay on its line, and what is no interface', () => {
    expect(() => set('', { ip_address: '10.0.0.2/8\nx' })).toThrow(/line break/);
    expect(() => set('', values, 'eth0\nx')).toThrow(/no network interface/);
  });
});
