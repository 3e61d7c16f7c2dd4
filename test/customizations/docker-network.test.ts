import { describe, expect, it } from 'vitest';
import { docker } from '../../src/customizations/docker.ts';
import { bytesSource } from '../../src/model/content.ts';
import { bookwormLite, busterDesktop, busterLite } from '../fixtures/os-trees.ts';
import { applied } from './harness.ts';

const denied = 'denyinterfaces veth* docker* br-*';

describe('the network beside Docker', () => {
  it.each([
    ['Buster', busterLite],
    ['Buster with desktop', busterDesktop],
  ])('is kept from dhcpcd where Docker makes it, on %s', (_, makeTree) => {
    const tree = makeTree();
    const before = tree.readText('/etc/dhcpcd.conf');
    applied(docker, undefined, tree);
    expect(tree.readText('/etc/dhcpcd.conf')).toBe(`${denied}\n${before}`);
  });

  it('is denied for all interfaces, not inside the block of one', () => {
    const tree = busterLite();
    const block = 'interface eth0\nstatic ip_address=192.168.1.2/24\n';
    tree.write('/etc/dhcpcd.conf', bytesSource(Buffer.from(block)));
    applied(docker, undefined, tree);
    expect(tree.readText('/etc/dhcpcd.conf')).toBe(`${denied}\n${block}`);
  });

  it('needs nothing with NetworkManager', () => {
    expect(Object.keys(applied(docker, undefined, bookwormLite()).changed)).not.toContain('/etc/dhcpcd.conf');
  });
});
