import { remove } from '../../model/edit.ts';
import { isFilled } from '../files.ts';
import { homesOf } from '../homes.ts';
import type { LintContext, Rule } from '../rule.ts';

const names = [
  '.ash_history',
  '.bash_history',
  '.zsh_history',
  '.local/share/fish/fish_history',
  '.lesshst',
  '.mysql_history',
  '.node_repl_history',
  '.psql_history',
  '.python_history',
  '.rediscli_history',
  '.sqlite_history',
  '.viminfo',
  '.wget-hsts',
];

export const shellHistory: Rule = {
  id: 'shell-history',
  level: 'warning',
  leak: true,
  summary: 'histories of shells and other programs',
  why: 'They hold what somebody typed while making the image: host names, paths, now and then a password.',
  fix: 'delete the file',
  check: (context) =>
    histories(context).map((path) => ({ path, message: 'it tells what was typed while the image was made' })),
  mend: (context) => histories(context).map(remove),
};

function histories(context: LintContext): readonly string[] {
  return homesOf(context)
    .flatMap(({ path }) => names.map((name) => `${path}/${name}`))
    .filter((path) => isFilled(context.tree, path));
}
