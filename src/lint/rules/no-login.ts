import { canBeTyped, passwordRecords, shadowFile } from '../accounts.ts';
import { commandLine, firstBootInit, runsAtBoot } from '../command-line.ts';
import { activeLines, isFilled } from '../files.ts';
import { homesOf } from '../homes.ts';
import type { LintContext, Rule } from '../rule.ts';
import { hasSsh } from '../services.ts';
import { takesPasswords } from '../sshd-settings.ts';

export const noLogin: Rule = {
  id: 'no-login',
  level: 'warning',
  summary: 'ssh is on, but nobody can log in',
  why: 'Since April 2022 images have no password of their own; without an account a headless Pi waits for a keyboard.',
  fix: 'set a password (user.password) or add ssh keys (ssh.keys)',
  check: (context) =>
    hasSsh(context) && !hasWayIn(context) && !isSetUpAtBoot(context)
      ? [{ path: shadowFile, message: 'ssh is on, but no account has a usable password or an ssh key' }]
      : [],
};

function hasWayIn(context: LintContext): boolean {
  const { tree, os } = context;
  if (homesOf(context).some(({ path }) => activeLines(tree, `${path}/.ssh/authorized_keys`).length > 0))
    return true;
  if (!takesPasswords(context)) return false;
  const people = os.users.filter(({ uid, shell }) => uid >= 1000 && !/(?:nologin|false)$/.test(shell));
  const names = new Set(people.map(({ name }) => name));
  return passwordRecords(tree).some(({ name, hash }) => names.has(name) && canBeTyped(hash));
}

/** An account that the first boot makes. */
function isSetUpAtBoot(context: LintContext): boolean {
  const { tree, os } = context;
  const has = (name: string) => isFilled(tree, `${os.bootDir}/${name}`);
  return (
    (os.packages['userconf-pi'] !== undefined && (has('userconf') || has('userconf.txt'))) ||
    (has('custom.toml') && commandLine(context).words.includes(firstBootInit)) ||
    runsAtBoot(context, 'firstrun.sh') ||
    (os.packages['cloud-init'] !== undefined && activeLines(tree, `${os.bootDir}/user-data`).length > 0)
  );
}
