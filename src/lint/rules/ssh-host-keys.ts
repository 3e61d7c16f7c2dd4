import { isEnabled } from '../../image/facts/units.ts';
import { remove } from '../../model/edit.ts';
import { commandLine, firstBootInit } from '../command-line.ts';
import { pathsIn } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

export const sshHostKeys: Rule = {
  id: 'ssh-host-keys',
  level: 'warning',
  leak: true,
  summary: 'private host keys of the ssh server',
  why: 'Every Pi made from the image has the same identity, and whoever has the image can pose as any of them.',
  fix: 'delete the keys; Raspberry Pi OS makes new ones at its first boot (regenerate_ssh_host_keys.service)',
  check: ({ tree }) =>
    [
      ...pathsIn(tree, '/etc/ssh', /^ssh_host_.+_key$/),
      ...pathsIn(tree, '/etc/dropbear', /^dropbear_.+_host_key$/),
    ].map((path) => ({ path, message: 'a private host key is in the image' })),
  mend: (context) =>
    makesHostKeys(context)
      ? pathsIn(context.tree, '/etc/ssh', /^ssh_host_.+_key(?:\.pub)?$/).map(remove)
      : [],
};

/** Without keys and without anything that makes them, sshd does not start. */
function makesHostKeys(context: LintContext): boolean {
  const units = ['regenerate_ssh_host_keys.service', 'sshd-keygen.service', 'cloud-init-local.service'];
  return (
    units.some((unit) => isEnabled(context.tree, unit)) || commandLine(context).words.includes(firstBootInit)
  );
}
