import type { Account } from '../model/os.ts';
import { entryAt, namesIn } from './files.ts';
import type { LintContext } from './rule.ts';

export interface Home {
  readonly path: string;
  /** Whose it is, when anybody's. */
  readonly account?: Account;
}

/** More than on any Pi that people use. */
const mostHomes = 200;

/** Home directories of root and of people, those of accounts that are gone among them. */
export function homesOf({ tree, os }: Pick<LintContext, 'tree' | 'os'>): readonly Home[] {
  const owned = os.users
    .filter(({ home }) => home === '/root' || /^\/home\/[^/]+$/.test(home))
    .map((account) => ({ path: account.home, account }));
  const left = namesIn(tree, '/home').map((name) => ({ path: `/home/${name}` }));
  const byPath = new Map<string, Home>([...left, { path: '/root' }, ...owned].map((one) => [one.path, one]));
  return [...byPath.values()]
    .slice(-mostHomes)
    .filter(({ path }) => entryAt(tree, path)?.kind === 'directory');
}
