import { change, type EditDraft, root } from '../../model/edit.ts';
import { entryAt, octal } from '../files.ts';
import { connections } from '../keyfiles.ts';
import type { LintContext, Rule } from '../rule.ts';

export const networkManagerKeyfile: Rule = {
  id: 'network-manager-keyfile',
  level: 'error',
  summary: 'connections that NetworkManager ignores',
  why: 'NetworkManager takes connections only from files that belong to root and that nobody else can read or write.',
  fix: 'owner root, mode 0600',
  check: (context) =>
    loose(context).map(({ path, about }) => ({ path, message: `NetworkManager ignores it: ${about}` })),
  mend: (context) =>
    loose(context).map(
      ({ path }): EditDraft =>
        change(path, { op: 'ensure-lines', lines: [] }, { mode: 0o600, owner: root, sensitive: true }),
    ),
};

function loose(context: LintContext) {
  return connections(context).flatMap(({ path }) => {
    const entry = entryAt(context.tree, path);
    if (entry?.kind !== 'file' || (entry.uid === 0 && (entry.mode & 0o077) === 0)) return [];
    return [{ path, about: `owner ${entry.uid}:${entry.gid}, mode ${octal(entry.mode)}` }];
  });
}
