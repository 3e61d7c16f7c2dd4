import { canBeTyped, passwordRecords, shadowFile } from '../accounts.ts';
import type { Rule } from '../rule.ts';

/** glibc 2.28 of Buster knows MD5, SHA-256 and SHA-512 besides DES; libxcrypt came with Bullseye. */
const beforeLibxcrypt = /^\$(?:1|5|6)\$|^[^$]/;
const lastWithout = 10;

export const passwordHash: Rule = {
  id: 'password-hash',
  level: 'error',
  summary: 'password hashes that the release does not know',
  why: 'Raspberry Pi Imager writes yescrypt ($y$); Buster cannot check it, and no password is ever right.',
  fix: 'hash the password with SHA-512: `openssl passwd -6`',
  check: ({ tree, os }) =>
    os.version === 0 || os.version > lastWithout
      ? []
      : passwordRecords(tree)
          .filter(({ hash }) => canBeTyped(hash) && !beforeLibxcrypt.test(hash))
          .map(({ name, line }) => ({
            path: shadowFile,
            line,
            message: `${os.prettyName} cannot check the password of ${name}, so it is never accepted`,
          })),
};
