import { describe, expect, it } from 'vitest';
import { readNetwork } from '../../../src/image/facts/network.ts';
import { findUnits, isEnabled } from '../../../src/image/facts/units.ts';
import { createMemoryVolume } from '../../../src/image/memory.ts';
import { mountTree } from '../../../src/image/tree.ts';
import { bytesSource } from '../../../src/model/content.ts';
import type { Tree } from '../../../src/model/tree.ts';

function treeWith(paths: readonly string[]): Tree {
  const tree = mountTree([{ at: '/', volume: createMemoryVolume() }]);
  for (const line of paths) {
    const [path = '', target] = line.split(' -> ');
    const folders = path.split('/').slice(1, -1);
    folders.forEach((_, index) => {
      const folder = `/${folders.slice(0, index + 1).join('/')}`;
      if (tree.stat(folder) === undefined) tree.makeDirectory(folder);
    });
    if (target === undefined) tree.write(path, bytesSource(new Uint8Array()));
    else tree.makeLink(path, target);
  }
  return tree;
}

describe('findUnits', () => {
  it('says where a unit is, the administrator first', () => {
    const tree = treeWith([
      '/lib/systemd/system/ssh.service',
      '/usr/lib/systemd/system/vnc.service',
      '/lib/systemd/system/docker.service',
      '/etc/systemd/system/docker.service',
    ]);
    expect(findUnits(tree, ['ssh.service', 'vnc.service', 'docker.service', 'none.service'])).toEqual({
      'ssh.service': '/lib/systemd/system/ssh.service',
      'vnc.service': '/usr/lib/systemd/system/vnc.service',
      'docker.service': '/etc/systemd/system/docker.service',
    });
  });

  it('does not take what enabling and masking leave for units', () => {
    const tree = treeWith([
      '/etc/systemd/system/sshd.service -> /lib/systemd/system/ssh.service',
      '/etc/systemd/system/ssh.service -> /dev/null',
      '/lib/systemd/system/ssh.service',
    ]);
    expect(findUnits(tree, ['ssh.service', 'sshd.service'])).toEqual({
      'ssh.service': '/lib/systemd/system/ssh.service',
    });
  });

  it('takes a unit by its other name', () => {
    const tree = treeWith([
      '/lib/systemd/system/default.target -> graphical.target',
      '/lib/systemd/system/graphical.target',
    ]);
    expect(findUnits(tree, ['default.target'])).toEqual({
      'default.target': '/lib/systemd/system/default.target',
    });
  });
});

describe('isEnabled', () => {
  it.each([
    ['/etc/systemd/system/multi-user.target.wants/x.service -> /lib/systemd/system/x.service', true],
    ['/lib/systemd/system/sysinit.target.wants/x.service -> ../x.service', true],
    ['/etc/systemd/system/a.service.requires/x.service -> nowhere', true],
    ['/etc/systemd/system/x.service.d/x.service', false],
    ['/etc/systemd/system/x.service', false],
  ])('with %s is %s', (path, enabled) => expect(isEnabled(treeWith([path]), 'x.service')).toBe(enabled));
});

describe('readNetwork', () => {
  const unit = (name: string) => `/lib/systemd/system/${name}.service`;
  const wants = (name: string) =>
    `/etc/systemd/system/multi-user.target.wants/${name}.service -> ${unit(name)}`;
  const network = (...paths: string[]) => {
    const tree = treeWith(paths);
    const names = ['NetworkManager.service', 'dhcpcd.service', 'systemd-networkd.service'];
    return readNetwork(tree, findUnits(tree, names));
  };

  it('is the manager that is enabled', () => {
    expect(network(unit('dhcpcd'), unit('NetworkManager'), wants('dhcpcd'))).toBe('dhcpcd');
    expect(network(unit('dhcpcd'), unit('NetworkManager'), wants('NetworkManager'))).toBe('network-manager');
    expect(network(unit('systemd-networkd'), wants('systemd-networkd'))).toBe('networkd');
  });

  it('is the only one that is there, but never networkd, which always is', () => {
    expect(network(unit('dhcpcd'), unit('systemd-networkd'))).toBe('dhcpcd');
    expect(network(unit('dhcpcd'), unit('NetworkManager'))).toBe('unknown');
    expect(network(unit('systemd-networkd'))).toBe('unknown');
    expect(network()).toBe('unknown');
  });
});
