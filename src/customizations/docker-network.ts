import { change, type EditDraft } from '../model/edit.ts';
import type { OsFacts } from '../model/os.ts';

/** Interfaces that Docker makes, one pair a container and one bridge a network, and configures itself. */
const interfaces = ['veth*', 'docker*', 'br-*'];

/**
 * dhcpcd asks for an address on every interface that appears, gives up on a link-local one with routes of its own, and
 * with some containers coming up at once has crashed and taken the Pi off the network
 * (https://github.com/raspberrypi/linux/issues/4092, https://github.com/RPi-Distro/repo/issues/107). The line goes
 * first, because after an `interface` line it would be part of that block. NetworkManager leaves them alone.
 */
export function networkEdits({ network }: OsFacts): EditDraft[] {
  if (network !== 'dhcpcd') return [];
  const lines = [`denyinterfaces ${interfaces.join(' ')}`];
  return [change('/etc/dhcpcd.conf', { op: 'ensure-lines', at: 'start', lines }, { ifMissing: 'skip' })];
}
