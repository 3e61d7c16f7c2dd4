import { describe, expect, it } from 'vitest';
import { dhcpcdValues, keyfileIpv4 } from '../../src/content/network-strings.ts';

const full = { address: '192.168.1.20/24', gateway: '192.168.1.1', dns: ['192.168.1.1', '1.1.1.1'] };

describe('a static address', () => {
  it('is written as dhcpcd takes it', () => {
    expect(dhcpcdValues(full)).toEqual({
      ip_address: '192.168.1.20/24',
      routers: '192.168.1.1',
      domain_name_servers: '192.168.1.1 1.1.1.1',
    });
    expect(dhcpcdValues({ address: '10.0.0.2/8', dns: [] })).toEqual({ ip_address: '10.0.0.2/8' });
  });

  it('is written as NetworkManager takes it', () => {
    expect(keyfileIpv4(full)).toEqual({
      address: '192.168.1.20/24,192.168.1.1',
      dns: '192.168.1.1;1.1.1.1;',
    });
    expect(keyfileIpv4({ address: '10.0.0.2/8', dns: [] })).toEqual({ address: '10.0.0.2/8' });
  });

  it.each([
    { ...full, address: '10.0.0.2/8\nstatic x=y' },
    { ...full, gateway: '10.0.0.1;' },
    { ...full, dns: ['1.1.1.1 2.2.2.2'] },
  ])('is never written unchecked: %j', (address) => {
    expect(() => dhcpcdValues(address)).toThrow(/without having been checked/);
    expect(() => keyfileIpv4(address)).toThrow(/without having been checked/);
  });
});
