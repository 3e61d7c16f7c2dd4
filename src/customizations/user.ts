import { z } from 'zod';
import { saltFrom, sha512Crypt } from '../content/credentials.ts';
import { change, type EditDraft, link, move, remove } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { Account, OsFacts } from '../model/os.ts';
import type { Login } from '../model/plan.ts';
import type { Secret } from '../model/secret.ts';
import { secret, userName } from './atoms.ts';
import { type Context, defineCustomization } from './customization.ts';
import { asksForUser, givesAccess } from './login-access.ts';

const schema = z
  .strictObject({
    name: userName
      .optional()
      .describe('Name of the login account; on images with an account "pi" that one is renamed'),
    password: secret.optional().describe('Password of the login account'),
    'password-hash': secret
      .optional()
      .describe('Instead of a password its crypt(3) hash, as `openssl passwd -6` prints it'),
  })
  .refine((user) => !(user.password && user['password-hash']), {
    error: 'give a password or its hash, not both',
    path: ['password-hash'],
  });

type Settings = z.output<typeof schema>;

/** A user and a hash for userconf-pi, on the boot partition. */
const userFiles = ['userconf', 'userconf.txt'];
const wizard = '/etc/xdg/autostart/piwiz.desktop';
const gettyDropIn = '/etc/systemd/system/getty@tty1.service.d/autologin.conf';

/**
 * The account that a person uses, made at build time in the files that usermod would change. That is also done on
 * images that would ask for a user at their first boot (userconf-pi, since 2022-04): their userconf.txt renames the
 * account only then, and the keys and files put into its home would be in its way.
 */
export const user = defineCustomization({
  name: 'user',
  summary: 'Login account: its name and password',
  schema,
  whenUnset: (os) => (asksForUser(os) ? {} : undefined),
  contribute(settings, context) {
    const { os, login } = context;
    const account = accountFor(settings.name, os);
    if (!account || !login) throw noAccount(settings, os);
    const saysNothing = Object.values(settings).every((value) => value === undefined);
    // A user that was put on the boot partition is made of this account at the first boot, with all in its home.
    const prepared = userFiles.filter((name) => os.bootFiles.includes(name));
    if (saysNothing && prepared.length > 0) return {};
    const access = givesAccess(context);
    if (asksForUser(os) && !access) {
      if (settings.name !== undefined) throw noPassword(settings.name);
      return { advice: [unset] };
    }
    const renamed = account.name !== login.name;
    return {
      edits: [
        ...(renamed ? renameEdits(account, login) : []),
        ...passwordEdits(settings, login.name, context),
        ...(asksForUser(os) ? wizardEdits(login.name) : []),
        // They would rename the account again, or set another password.
        ...prepared.map((name) => remove(`${os.bootDir}/${name}`)),
        // The desktop's wizard would ask for a password again, and it changes that of `pi`, whatever the account is called.
        ...((access || renamed) && os.present.includes(wizard) ? [remove(wizard)] : []),
      ],
    };
  },
});

/** The account the finished image is used with, by the settings of `user` and the accounts of the image. */
export function loginAfter(settings: unknown, os: OsFacts): Login | undefined {
  const { name } = (settings ?? {}) as Settings;
  const account = accountFor(name, os);
  if (!account) return undefined;
  const { uid, gid } = account;
  const renamed = name ?? account.name;
  const home = account.home === `/home/${account.name}` ? `/home/${renamed}` : account.home;
  return { name: renamed, uid, gid, home };
}

/** An account of that name is taken as it is; else the first user is the one that gets the name. */
function accountFor(name: string | undefined, os: OsFacts): Account | undefined {
  return os.users.find((one) => one.name === name && one.uid >= 1000) ?? os.firstUser;
}

function renameEdits(account: Account, login: Login): EditDraft[] {
  const rename = { op: 'rename-record', from: account.name, to: login.name } as const;
  const word = { op: 'replace-text', word: true } as const;
  const skip = { ifMissing: 'skip' } as const;
  const replace = (path: string, before: string, after = '') =>
    change(
      path,
      { ...word, from: `${before}${account.name}${after}`, to: `${before}${login.name}${after}` },
      skip,
    );
  return [
    change('/etc/passwd', rename),
    change('/etc/passwd', { op: 'set-record', key: login.name, fields: { 5: login.home } }),
    change('/etc/shadow', rename),
    change('/etc/group', { ...rename, members: true }),
    change('/etc/gshadow', { ...rename, members: true }, skip),
    change('/etc/subuid', rename, skip),
    change('/etc/subgid', rename, skip),
    ...(account.home === login.home ? [] : [move(account.home, login.home)]),
    replace('/etc/sudoers.d/010_pi-nopasswd', ''),
    replace('/etc/sudoers.d/90-cloud-init-users', ''),
    replace('/etc/lightdm/lightdm.conf', 'autologin-user='),
    replace(gettyDropIn, '--autologin '),
  ];
}

function passwordEdits(settings: Settings, name: string, context: Context): EditDraft[] {
  const hash = hashOf(settings, context);
  if (hash === undefined) return [];
  const today = Math.floor(context.now.getTime() / 86_400_000);
  const fields = { 1: hash, 2: String(Math.max(1, today)) };
  return [change('/etc/shadow', { op: 'set-record', key: name, fields }, { sensitive: true })];
}

function hashOf(settings: Settings, { random, os }: Context): string | undefined {
  const { password, 'password-hash': hash } = settings;
  if (password) return sha512Crypt(checkedPassword(password), saltFrom(random('user.password', 12)));
  return hash && checkedHash(hash, os);
}

function checkedPassword(password: Secret): string {
  const text = password.reveal();
  if (!/\p{Cc}/u.test(text)) return text;
  throw new PiImageError(
    'spec.secret',
    'the password of the user holds a control character, which nobody can type',
  );
}

function checkedHash(hash: Secret, os: OsFacts): string {
  const text = hash.reveal();
  if (/^\$[56]\$(?:rounds=\d{4,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{43,86}$/.test(text)) return text;
  const yescrypt = /^\$y\$[./0-9A-Za-z]+\$[./0-9A-Za-z]+\$[./0-9A-Za-z]{43}$/.test(text);
  if (yescrypt && os.version >= 11) return text;
  throw new PiImageError(
    yescrypt ? 'plan.unsuitable' : 'spec.secret',
    yescrypt
      ? `${os.prettyName} does not know $y$ password hashes: nobody could log in`
      : 'the password hash of the user is not one that Linux takes',
    { help: 'make one with `openssl passwd -6`; it begins with $6$' },
  );
}

/** What userconf-pi's cancel-rename does once a user is there: its questions, its banner and its logins go. */
function wizardEdits(name: string): EditDraft[] {
  const helper = 'rpi-first-boot-wizard';
  const logIn = (path: string, before: string): EditDraft =>
    change(
      path,
      { op: 'replace-text', from: `${before}${helper}`, to: `${before}${name}`, word: true },
      { ifMissing: 'skip' },
    );
  return [
    remove('/etc/systemd/system/multi-user.target.wants/userconfig.service'),
    link('/etc/systemd/system/getty.target.wants/getty@tty1.service', '/lib/systemd/system/getty@.service'),
    remove('/etc/ssh/sshd_config.d/rename_user.conf'),
    remove('/etc/sudoers.d/010_wiz-nopasswd'),
    remove('/var/lib/userconf-pi/autologin'),
    logIn('/etc/lightdm/lightdm.conf', 'autologin-user='),
    logIn(gettyDropIn, '--autologin '),
  ];
}

const unset = {
  level: 'warning',
  id: 'user.unset',
  message: 'this image has no user that can log in, and none is given: it will ask for one on its screen',
  help: 'set user.name and user.password (--user, --password-file)',
} as const;

function noPassword(name: string): PiImageError {
  return new PiImageError(
    'plan.unsuitable',
    `nobody could log in as "${name}": this image ships without a password`,
    {
      help: 'set user.password (--password-file), or give ssh.keys (--ssh-key)',
    },
  );
}

function noAccount(settings: Settings, os: OsFacts): PiImageError {
  const wanted = settings.name === undefined ? 'the login account' : `"${settings.name}"`;
  return new PiImageError('plan.unsuitable', `${os.prettyName} has no account that could become ${wanted}`, {
    help: 'the account of a person has the user id 1000 on Raspberry Pi OS; this image has none with it',
  });
}
