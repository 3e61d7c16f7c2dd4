import { isEnabled } from '../image/facts/units.ts';
import { isPresent } from './files.ts';
import type { LintContext } from './rule.ts';

/** Whether the Pi will listen for ssh: by its unit, or by the flag on the boot partition. */
export function hasSsh({ tree, os }: LintContext): boolean {
  if (['ssh.service', 'ssh.socket'].some((unit) => isEnabled(tree, unit))) return true;
  return sshFlags(os.bootDir).some((path) => isPresent(tree, path)) && isEnabled(tree, 'sshswitch.service');
}

export const sshFlags = (bootDir: string): readonly string[] => [`${bootDir}/ssh`, `${bootDir}/ssh.txt`];

const vncUnits = ['vncserver-x11-serviced.service', 'vncserver-virtuald.service', 'wayvnc.service'];

/** The VNC server that starts with the Pi. */
export function vncServer({ tree }: LintContext): string | undefined {
  return vncUnits.find((unit) => isEnabled(tree, unit));
}

export function hasDocker({ os }: LintContext): boolean {
  const { packages, units } = os;
  return ['docker-ce', 'docker.io'].some((name) => name in packages) || units['docker.service'] !== undefined;
}
