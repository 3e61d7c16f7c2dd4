import { activeLines } from '../files.ts';
import { homesOf } from '../homes.ts';
import type { Rule } from '../rule.ts';

export const authorizedKeys: Rule = {
  id: 'authorized-keys',
  level: 'note',
  leak: true,
  summary: 'public keys that may log in',
  why: 'Whoever holds the private key can log in to every Pi that is made from the image.',
  fix: 'publish the image without them; every user adds their own',
  check: (context) =>
    homesOf(context)
      .flatMap(({ path }) => ['authorized_keys', 'authorized_keys2'].map((name) => `${path}/.ssh/${name}`))
      .flatMap((path) => {
        const keys = activeLines(context.tree, path).length;
        return keys === 0 ? [] : [{ path, message: `${keys} ${keys === 1 ? 'key' : 'keys'} may log in` }];
      }),
};
