import { remove } from '../../model/edit.ts';
import { entryAt } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

const settings = '/etc/default/keyboard';
const cache = '/etc/console-setup/cached_setup_keyboard.sh';

export const keyboardCache: Rule = {
  id: 'keyboard-cache',
  level: 'note',
  summary: 'a console that keeps its old keyboard layout',
  why: 'The console prefers a compiled copy of the layout; changing /etc/default/keyboard alone does nothing until the copy is made again.',
  fix: 'delete /etc/console-setup/cached_setup_keyboard.sh; it is made again at boot',
  check: (context) => (isStale(context) ? [{ path: cache, message: `it is older than ${settings}` }] : []),
  mend: (context) => (isStale(context) ? [remove(cache)] : []),
};

function isStale({ tree }: LintContext): boolean {
  const [old, changed] = [entryAt(tree, cache), entryAt(tree, settings)];
  return old !== undefined && changed !== undefined && old.mtime < changed.mtime;
}
