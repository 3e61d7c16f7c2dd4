import { change, type EditDraft } from '../../model/edit.ts';
import { activeLines, entryAt, octal, pathsIn } from '../files.ts';
import type { Finding, LintContext, Rule } from '../rule.ts';
import { aptCredentials } from './apt-credentials.ts';
import { privateKeys } from './private-keys.ts';
import { sshHostKeys } from './ssh-host-keys.ts';
import { storedCredentials } from './stored-credentials.ts';
import { vncPassword } from './vnc-password.ts';
import { wifiSecrets } from './wifi-secrets.ts';

/** Rules that know where secrets are. */
const secretPlaces = [aptCredentials, privateKeys, sshHostKeys, storedCredentials, vncPassword, wifiSecrets];
const alwaysSecret = ['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-'];

export const secretPermissions: Rule = {
  id: 'secret-permissions',
  level: 'warning',
  summary: 'secrets that every program on the Pi can read',
  why: 'A web server that is broken into can read them; ssh refuses private keys that others can read, sshd its host keys.',
  fix: 'take the rights of others away (mode 0600; 0640 for /etc/shadow)',
  check: (context) => [
    ...exposed(context).map(({ path, mode }) => ({
      path,
      message: `a secret that all accounts can read (mode ${octal(mode)})`,
    })),
    ...hashesInPasswd(context),
  ],
  mend: (context) =>
    exposed(context)
      .filter(({ path }) => ownersAlone.test(path))
      .map(
        ({ path, mode }): EditDraft =>
          change(path, { op: 'ensure-lines', lines: [] }, { mode: mode & ~0o007, sensitive: true }),
      ),
};

/** Nobody but the owner has to read these; the settings of a mail program, say, are read by all who send mail. */
const ownersAlone = /^\/(?:home|root)\/|^\/etc\/(?:g?shadow-?$|(?:ssh|wpa_supplicant|netplan|wireguard)\/)/;

/** FAT has no modes; what lies there is a matter of other rules. */
function exposed(context: LintContext): readonly { readonly path: string; readonly mode: number }[] {
  const { tree, os } = context;
  const paths = new Set([
    ...alwaysSecret,
    ...pathsIn(tree, '/etc/netplan', /\.ya?ml$/),
    ...secretPlaces.flatMap((rule) => rule.check(context).map(({ path }) => path)),
  ]);
  return [...paths].flatMap((path) => {
    if (path.startsWith(`${os.bootDir}/`) || mustBeReadable.test(path)) return [];
    const entry = entryAt(tree, path);
    if (entry?.kind !== 'file' || (entry.mode & 0o004) === 0 || !isReachable(context, path)) return [];
    return [{ path, mode: entry.mode }];
  });
}

/** Programs of all accounts read them: a password has no place there, whatever the mode. */
const mustBeReadable = /^\/etc\/(?:environment$|fstab$|apt\/(?!auth\.conf))/;

/** Whether others may pass all the directories on the way. */
function isReachable({ tree }: LintContext, path: string): boolean {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    if (((tree.stat(path.slice(0, at))?.mode ?? 0) & 0o001) === 0) return false;
  }
  return true;
}

function hashesInPasswd({ tree }: LintContext): readonly Finding[] {
  return activeLines(tree, '/etc/passwd')
    .filter(({ text }) => /^[^:]+:[^:]{2,}:/.test(text) && !/^[^:]+:[x!*]+:/.test(text))
    .map(({ number, text }) => ({
      path: '/etc/passwd',
      line: number,
      message: `the password hash of ${text.split(':')[0]} is where all accounts can read it`,
      help: 'move it to /etc/shadow with pwconv(8)',
    }));
}
