import type { OsFacts } from '../../model/os.ts';
import type { Tree } from '../../model/tree.ts';
import { isEnabled } from './units.ts';

const managers = [
  ['network-manager', 'NetworkManager.service'],
  ['dhcpcd', 'dhcpcd.service'],
  ['networkd', 'systemd-networkd.service'],
] as const;

/** Who brings the network up: the manager that is enabled, or else the only one that is installed. */
export function readNetwork(tree: Tree, units: Readonly<Record<string, string>>): OsFacts['network'] {
  const installed = managers.filter(([, unit]) => units[unit] !== undefined);
  const enabled = installed.find(([, unit]) => isEnabled(tree, unit));
  if (enabled) return enabled[0];
  // networkd is part of systemd: being there says nothing.
  const others = installed.filter(([name]) => name !== 'networkd');
  return others.length === 1 ? (others[0]?.[0] ?? 'unknown') : 'unknown';
}
