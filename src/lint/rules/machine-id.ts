import { type EditDraft, remove, write } from '../../model/edit.ts';
import type { ReadableTree } from '../../model/tree.ts';
import { boundedText, entryAt } from '../files.ts';
import type { Rule } from '../rule.ts';

const systemd = '/etc/machine-id';
const dbus = '/var/lib/dbus/machine-id';

export const machineId: Rule = {
  id: 'machine-id',
  level: 'warning',
  leak: true,
  summary: 'a machine id',
  why: 'It is to tell machines apart: with the same one, Pis get the same DHCP lease and the same IPv6 address (machine-id(5)).',
  fix: 'empty /etc/machine-id and delete /var/lib/dbus/machine-id; the first boot makes a new one',
  check: ({ tree }) =>
    [systemd, dbus]
      .filter((path) => holdsId(tree, path))
      .map((path) => ({ path, message: 'the machine id is set already' })),
  mend: ({ tree }) =>
    [
      ...(holdsId(tree, systemd) ? [write(systemd, '')] : []),
      ...(holdsId(tree, dbus) ? [remove(dbus)] : []),
    ] satisfies EditDraft[],
};

/** dbus has a link to the other file on most images. */
function holdsId(tree: ReadableTree, path: string): boolean {
  if (entryAt(tree, path)?.kind !== 'file') return false;
  return /^[0-9a-f]{32}\s*$/i.test(boundedText(tree, path) ?? '');
}
