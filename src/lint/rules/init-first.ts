import { change } from '../../model/edit.ts';
import { commandLine } from '../command-line.ts';
import type { Rule } from '../rule.ts';

/** The scripts of the first boot take their own word away with `s| init=…||`. */
export const initFirst: Rule = {
  id: 'init-first',
  level: 'error',
  summary: 'init= as the first word of cmdline.txt',
  why: 'The resize script looks for its init= with a space before it; at the very start it is never taken away, and every boot resizes and restarts.',
  fix: 'move init= to the end of the line',
  check(context) {
    const { path, words } = commandLine(context);
    const [first = ''] = words;
    return first.startsWith('init=') && words.length > 1
      ? [{ path, line: 1, message: `${first} is the first word, so the first boot repeats for ever` }]
      : [];
  },
  mend(context) {
    const { path, lines } = commandLine(context);
    return lines.length === 1 && initFirst.check(context).length > 0 ? [change(path, { op: 'words' })] : [];
  },
};
