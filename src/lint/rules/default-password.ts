import { isDefaultPassword } from '../../content/credentials.ts';
import { passwordRecords, shadowFile } from '../accounts.ts';
import type { Rule } from '../rule.ts';
import { hasSsh, vncServer } from '../services.ts';
import { takesPasswords } from '../sshd-settings.ts';

/** Until something listens, the password opens nothing but the console; then anyone on the network gets in. */
export const defaultPassword: Rule = {
  id: 'default-password',
  level: 'warning',
  leak: true,
  summary: 'the password that everybody knows, with ssh or VNC on',
  why: 'Anyone on the network can log in as pi with "raspberry", and programs that spread do.',
  fix: 'set another password (user.password), or switch password logins off and use ssh keys',
  check: (context) =>
    (hasSsh(context) && takesPasswords(context)) || vncServer(context) !== undefined
      ? passwordRecords(context.tree)
          .filter(({ hash }) => isDefaultPassword(hash))
          .map(({ name, line }) => ({
            path: shadowFile,
            line,
            message: `the password of ${name} is "raspberry" and the Pi can be logged into over the network`,
          }))
      : [],
};
