import { change } from '../../model/edit.ts';
import { commandLine } from '../command-line.ts';
import { boundedText, entryAt } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

export const cmdlineLines: Rule = {
  id: 'cmdline-lines',
  level: 'error',
  summary: 'a cmdline.txt that is not one line',
  why: 'The firmware hands the first line to the kernel and drops the rest; an empty first line means no root file system.',
  fix: 'put all words on the first line, with spaces between them',
  check(context) {
    const { path, lines } = commandLine(context);
    if (entryAt(context.tree, path) === undefined) {
      return [{ path, message: 'there is no cmdline.txt, so the kernel does not find its root' }];
    }
    if (lines.length === 0) return [{ path, message: 'it is empty, so the kernel does not find its root' }];
    if (lines.length > 1)
      return [{ path, line: 2, message: `it has ${lines.length} lines; only the first counts` }];
    return beginsEmpty(context) ? [{ path, line: 1, message: 'it begins with an empty line' }] : [];
  },
  mend(context) {
    const { path, lines } = commandLine(context);
    return lines.length === 1 && beginsEmpty(context) ? [change(path, { op: 'words' })] : [];
  },
};

function beginsEmpty({ tree, os }: LintContext): boolean {
  return /^[ \t\r]*\n/.test(boundedText(tree, `${os.bootDir}/cmdline.txt`) ?? '');
}
