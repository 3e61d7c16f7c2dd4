import { change, type EditDraft, root } from '../../model/edit.ts';
import { entryAt, octal, pathsIn } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

const folder = '/etc/sudoers.d';

export const sudoers: Rule = {
  id: 'sudoers',
  level: 'error',
  summary: 'sudo rules that sudo refuses to read',
  why: 'A file that others may write makes sudo stop with an error for everybody; one with a dot in its name is skipped.',
  fix: 'owner root, mode 0440, and a name without "." and "~"',
  check: (context) => [
    ...writable(context).map(({ path, owner, mode }) => ({
      path,
      message: `sudo refuses to work: owner ${owner}, mode ${mode}`,
    })),
    ...pathsIn(context.tree, folder, /\.|~$/).map((path) => ({
      path,
      message: 'sudo skips it because of the "." or "~" in its name',
    })),
  ],
  mend: (context) =>
    writable(context).map(
      ({ path }): EditDraft => change(path, { op: 'ensure-lines', lines: [] }, { mode: 0o440, owner: root }),
    ),
};

/** sudoers(5): the file must belong to root and be writable by nobody else. */
function writable({ tree }: LintContext) {
  return ['/etc/sudoers', ...pathsIn(tree, folder, /^[^.]*[^.~]$/)].flatMap((path) => {
    const entry = entryAt(tree, path);
    if (entry?.kind !== 'file' || (entry.uid === 0 && (entry.mode & 0o022) === 0)) return [];
    return [{ path, owner: `${entry.uid}:${entry.gid}`, mode: octal(entry.mode) }];
  });
}
