import { passwordRecords, shadowFile } from '../accounts.ts';
import { activeLines } from '../files.ts';
import type { Rule } from '../rule.ts';

export const emptyPassword: Rule = {
  id: 'empty-password',
  level: 'error',
  leak: true,
  summary: 'accounts without any password',
  why: 'Anyone at the console, and every program on the Pi, can become that account by naming it.',
  fix: 'set a password, or lock the account with "!" in the second field of /etc/shadow',
  check: ({ tree }) => [
    ...passwordRecords(tree)
      .filter(({ hash }) => hash === '')
      .map(({ name, line }) => ({ path: shadowFile, line, message: `${name} needs no password` })),
    ...activeLines(tree, '/etc/passwd')
      .filter(({ text }) => /^[^:+-][^:]*::/.test(text))
      .map(({ number, text }) => ({
        path: '/etc/passwd',
        line: number,
        message: `${text.split(':')[0]} needs no password`,
      })),
  ],
};
