import { change, directory, type EditDraft } from '../../model/edit.ts';
import type { Account } from '../../model/os.ts';
import type { Entry } from '../../model/volume.ts';
import { entryAt, octal } from '../files.ts';
import { homesOf } from '../homes.ts';
import type { LintContext, Rule } from '../rule.ts';

interface Unsafe {
  readonly path: string;
  readonly entry: Entry;
  readonly account: Account;
}

/** sshd's StrictModes: the file and every directory from the home down (sshd(8), "FILES"). */
export const authorizedKeysMode: Rule = {
  id: 'authorized-keys-mode',
  level: 'error',
  summary: 'ssh keys that sshd ignores because of owner or mode',
  why: 'sshd takes no keys from a file or directory that somebody else could have written, and does not say so.',
  fix: 'give home, .ssh and authorized_keys to the account, writable by nobody else (0755, 0700, 0600)',
  check: (context) =>
    unsafe(context).map(({ path, entry, account }) => ({
      path,
      message: `sshd ignores the keys of ${account.name}: owner ${entry.uid}:${entry.gid}, mode ${octal(entry.mode)}`,
    })),
  mend: (context) =>
    unsafe(context).map(({ path, entry, account }): EditDraft => {
      const safe = { mode: entry.mode & ~0o022, owner: { user: account.uid, group: account.gid } };
      if (entry.kind === 'directory') return directory(path, safe);
      return change(path, { op: 'ensure-lines', lines: [] }, safe);
    }),
};

function unsafe(context: LintContext): readonly Unsafe[] {
  return homesOf(context).flatMap(({ path: home, account }) => {
    const file = `${home}/.ssh/authorized_keys`;
    if (account === undefined || entryAt(context.tree, file)?.kind !== 'file') return [];
    return [home, `${home}/.ssh`, file].flatMap((path) => {
      const entry = entryAt(context.tree, path);
      const isSafe = entry && [0, account.uid].includes(entry.uid) && (entry.mode & 0o022) === 0;
      return entry === undefined || isSafe ? [] : [{ path, entry, account }];
    });
  });
}
