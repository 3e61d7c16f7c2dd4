import { z } from 'zod';
import { Secret, trimSecret } from '../model/secret.ts';
import { countryCode, likelyCountry } from './countries.ts';

/** Text without control characters, so that it fits on a line of any file. */
export const line = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'must be one line without control characters');

const place = z.string().min(1);

/** A file or folder of the build machine. The format lets programs tell it from other text. */
export const hostPath = place.meta({ format: 'host-path' });

/** The text of a file or script, as it is to be in the image; said in the words of JSON Schema. */
export const contentText = z.string().meta({ contentMediaType: 'text/plain' });

/**
 * A password: the text itself or, better, where to read it. It becomes a `Secret`, which never prints itself.
 * `writeOnly` is what JSON Schema says of a value that nobody shall see again.
 */
export const secret = z
  .union([
    z.string().min(1, 'is empty').describe('The secret itself; better kept out of this file'),
    z.strictObject({ file: place.describe('File whose first line is the secret; - is standard input') }),
    z.strictObject({ env: place.describe('Name of the environment variable that holds the secret') }),
    z.strictObject({ prompt: place.describe('Question to ask when the image is built') }),
  ])
  .transform((value) => (typeof value === 'string' ? Secret.of(trimSecret(value)) : new Secret(value)))
  .meta({ writeOnly: true });

/** RFC 1123, one label: what a Pi can be called on a network. */
export const hostName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
    'a host name has 1 to 63 letters, digits and hyphens, and no hyphen at either end',
  )
  .transform((name) => name.toLowerCase())
  .refine((name) => name !== 'localhost', {
    error: 'every computer calls itself localhost; choose another name',
  });

/** Accounts that Debian reserves or creates itself; renaming the person's account to one of them would break it. */
const reserved = new Set(
  (
    'root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody systemd-timesync ' +
    'systemd-network systemd-resolve messagebus sshd avahi statd lightdm pulse rtkit saned colord hplip rpc _apt tss ' +
    'dnsmasq polkitd docker sudo adm dialout cdrom audio video plugdev input gpio spi i2c netdev users staff shadow ' +
    'tty disk kmem utmp nogroup rpi-first-boot-wizard'
  ).split(' '),
);

/** The rule of userconf-pi, the narrowest of those that look at a name. */
export const userName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'a user name has small letters, digits and hyphens, and begins with a letter')
  .max(32, 'a user name has at most 32 characters')
  .refine((name) => !reserved.has(name), { error: 'this name belongs to the system; choose another' });

/** A path in the image: absolute, without `.`, `..`, empty parts or control characters. */
export const imagePath = line
  .regex(/^\//, 'a path in the image begins with /')
  .refine((path) => path === '/' || !path.slice(1).replace(/\/$/, '').split('/').some(isIdle), {
    error: 'a path in the image has no empty part, no "." and no ".."',
  })
  .transform((path) => (path === '/' ? path : path.replace(/\/$/, '')));

const isIdle = (part: string): boolean => part === '' || part === '.' || part === '..';

/** Permissions as chmod has them. Text only: YAML reads 0644 as 644 and 0o644 as 420, and both look alike. */
export const mode = z
  .string({ error: 'write the mode in quotes, such as "0644"' })
  .regex(/^[0-7]{3,4}$/, 'a mode has three or four octal digits, such as "0644"')
  .transform((text) => Number.parseInt(text, 8));

const ownerPart = /^(?:[a-z_][a-z0-9_-]*\$?|\d{1,9})$/;

/** `user:group`, by name or number; the user alone stands for its group of the same name too. */
export const owner = z
  .string()
  .refine((text) => text.split(':').length <= 2 && text.split(':').every((part) => ownerPart.test(part)), {
    error: 'an owner is "user:group" or "user", by name or by number',
  })
  .transform((text) => {
    const [user = '', group = user] = text.split(':');
    return { user: nameOrNumber(user), group: nameOrNumber(group) };
  });

const nameOrNumber = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);

/** The country whose radio rules apply, as its ISO 3166 code; `gb` is taken for `GB`, `uk` is not a code. */
export const country = z
  .string()
  .superRefine((text, context) => {
    if (countryCode(text) !== undefined) return;
    const likely = likelyCountry(text);
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not an ISO 3166 country code${likely ? `; did you mean ${likely}?` : ', such as DE, GB or US'}`,
    });
  })
  .transform((text) => countryCode(text) ?? text);
