import { z } from 'zod';
import { change, directory, type EditDraft, link, remove, write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { OsFacts } from '../model/os.ts';
import type { Advice } from '../model/plan.ts';
import { hostPath } from './atoms.ts';
import { type Context, defineCustomization } from './customization.ts';
import { addressOfKeys, adviceOnKeys, gitHubUser, isGitHubUser, keysFromGitHub } from './github-keys.ts';
import { keepsDefaultPassword } from './login-access.ts';
import { type PublicKey, parsePublicKeys } from './ssh-key.ts';

const key = z.union([
  z
    .string()
    .superRefine((text, context) => {
      if (isGitHubUser(text)) {
        if (!gitHubUser.test(text))
          context.addIssue({ code: 'custom', message: 'is not "gh:" and the name of a user of GitHub' });
        return;
      }
      try {
        parsePublicKeys(text, 'the key');
      } catch (error) {
        context.addIssue({
          code: 'custom',
          message: PiImageError.is(error) ? explain(error) : 'is not a public key',
        });
      }
    })
    .describe('A public key, such as "ssh-ed25519 AAAA… name", or gh:USER for those of a user of GitHub'),
  z.strictObject({
    file: hostPath.describe('File with public keys, one a line, such as id_ed25519.pub'),
  }),
]);

const schema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether the Pi can be logged into over ssh'),
    keys: z.array(key).max(100).default([]).describe('Public keys that may log in as the login account'),
    'password-authentication': z
      .boolean()
      .optional()
      .describe(
        'Whether a password is enough to log in over ssh; without this it is only when no keys are given',
      ),
  })
  .refine((ssh) => ssh.keys.length > 0 || ssh['password-authentication'] !== false, {
    error: 'without keys and without passwords nobody could log in; give keys',
    path: ['password-authentication'],
  });

type Settings = z.output<typeof schema>;

const unit = 'ssh.service';
const enabling = '/etc/systemd/system/multi-user.target.wants/ssh.service';
const alias = '/etc/systemd/system/sshd.service';
/** A condition of Debian's unit; some builders leave it in their images. */
const forbidding = '/etc/ssh/sshd_not_to_be_run';

/**
 * Enables the unit by the links that `systemctl enable ssh` makes, as the builders of Raspberry Pi OS themselves do
 * for images with ssh. The flag file on the boot partition comes to the same through one more unit, needs a
 * partition that is mounted in time, and is eaten by the first boot; both together would gain nothing. Host keys are
 * made by the image itself (regenerate_ssh_host_keys.service, ordered before ssh.service).
 */
export const ssh = defineCustomization({
  name: 'ssh',
  summary: 'Log in over the network, with keys or a password',
  schema,
  whenUnset: (os) => (os.units[unit] === undefined ? undefined : schema.parse({})),
  inputs: ({ keys }) => keys.flatMap((one) => (typeof one === 'string' ? [] : [one.file])),
  downloads: ({ enabled, keys }) => (enabled ? keys.filter(isNamed).map(addressOfKeys) : []),
  contribute(settings, context) {
    const path = context.os.units[unit];
    if (!settings.enabled) return { edits: offEdits(context.os) };
    if (path === undefined) throw noServer(context.os);
    const keys = settings.keys.flatMap((one) => readKeys(one, context));
    return {
      edits: [
        link(enabling, path),
        link(alias, path),
        ...(context.os.present.includes(forbidding) ? [remove(forbidding)] : []),
        ...keyEdits(keys, context),
        ...passwordEdits(settings, context.os),
      ],
      advice: [
        ...passwordAdvice(settings, context),
        ...keyAdvice(keys, context.os),
        ...settings.keys.filter(isNamed).map((one) => adviceOnKeys(one, readKeys(one, context))),
      ],
    };
  },
});

function offEdits({ bootDir }: OsFacts): EditDraft[] {
  return [enabling, alias, `${bootDir}/ssh`, `${bootDir}/ssh.txt`].map(remove);
}

function isNamed(one: Settings['keys'][number]): one is string {
  return typeof one === 'string' && isGitHubUser(one);
}

function readKeys(one: Settings['keys'][number], { input }: Context): readonly PublicKey[] {
  if (isNamed(one)) return keysFromGitHub(one, input(addressOfKeys(one)));
  if (typeof one === 'string') return parsePublicKeys(one, 'a key of ssh.keys');
  const file = input(one.file);
  if (file.kind !== 'file' || !file.bytes) {
    throw new PiImageError('spec.invalid', `${one.file} is not a file with public keys`);
  }
  return parsePublicKeys(Buffer.from(file.bytes).toString('utf8'), one.file);
}

/** sshd refuses keys in files that others could write; hence owner and modes. Keys already there stay. */
function keyEdits(keys: readonly PublicKey[], { login, os }: Context): EditDraft[] {
  if (keys.length === 0) return [];
  if (!login) {
    throw new PiImageError('plan.unsuitable', `${os.prettyName} has no account that ssh keys could be for`);
  }
  const owner = { user: login.uid, group: login.gid };
  const lines = [...new Set(keys.map(({ line }) => line))];
  return [
    directory(`${login.home}/.ssh`, { mode: 0o700, owner }),
    change(
      `${login.home}/.ssh/authorized_keys`,
      { op: 'ensure-lines', lines },
      { ifMissing: 'create', mode: 0o600, owner },
    ),
  ];
}

/** sshd takes the first value it meets: a drop-in where they are read (OpenSSH 8.2, Bullseye), else sshd_config. */
function passwordEdits(settings: Settings, os: OsFacts): EditDraft[] {
  const wanted = settings['password-authentication'] ?? (settings.keys.length > 0 ? false : undefined);
  if (wanted === undefined) return [];
  // PAM asks for the password too, keyboard-interactively; by its old name, which every release knows.
  const values = wanted
    ? { PasswordAuthentication: 'yes' }
    : { PasswordAuthentication: 'no', ChallengeResponseAuthentication: 'no' };
  if (os.version >= 11 && os.present.includes('/etc/ssh/sshd_config.d')) {
    const lines = Object.entries(values).map(([key, value]) => `${key} ${value}\n`);
    return [write('/etc/ssh/sshd_config.d/00-pi-image.conf', lines.join(''), { mode: 0o644 })];
  }
  return [change('/etc/ssh/sshd_config', { op: 'set', style: 'sshd', values })];
}

function passwordAdvice(settings: Settings, context: Context): Advice[] {
  const byPassword = settings['password-authentication'] ?? settings.keys.length === 0;
  if (!byPassword || !keepsDefaultPassword(context)) return [];
  return [
    {
      level: 'warning',
      id: 'ssh.default-password',
      message:
        'ssh is on and the password is the one everybody knows ("raspberry"): anyone on the network can log in',
      help: 'set user.password (--password-file or PI_IMAGE_PASSWORD), or give ssh.keys (--ssh-key)',
    },
  ];
}

function keyAdvice(keys: readonly PublicKey[], os: OsFacts): Advice[] {
  if (os.version >= 11 || !keys.some(({ type }) => type.startsWith('sk-'))) return [];
  return [
    {
      level: 'warning',
      id: 'ssh.security-key',
      message: `the ssh of ${os.prettyName} does not know keys of security tokens (sk-…)`,
      help: 'give an ed25519 or RSA key as well',
    },
  ];
}

function noServer(os: OsFacts): PiImageError {
  return new PiImageError('plan.unsuitable', `${os.prettyName} has no ssh server to switch on`, {
    help: 'add `packages: [openssh-server]` to install one at the first boot, and leave ssh out',
  });
}

const explain = (error: PiImageError): string =>
  error.help ? `${error.message}; ${error.help}` : error.message;
