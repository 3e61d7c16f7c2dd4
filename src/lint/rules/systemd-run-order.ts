import { isWord } from '../../content/words.ts';
import { change } from '../../model/edit.ts';
import { commandLine } from '../command-line.ts';
import type { LintContext, Rule } from '../rule.ts';

export const systemdRunOrder: Rule = {
  id: 'systemd-run-order',
  level: 'warning',
  summary: 'words of cmdline.txt after systemd.run=',
  why: 'The script that Raspberry Pi Imager runs by it cuts the line off there when it is done, and the words are lost.',
  fix: 'move them before systemd.run=',
  check(context) {
    const lost = lostWords(context);
    const { path } = commandLine(context);
    return lost.length === 0
      ? []
      : [{ path, line: 1, message: `the first boot takes away: ${lost.join(' ')}` }];
  },
  mend(context) {
    const { path, lines } = commandLine(context);
    const words = lostWords(context).filter(isWord);
    return lines.length === 1 && words.length > 0 ? [change(path, { op: 'words', add: words })] : [];
  },
};

function lostWords(context: LintContext): readonly string[] {
  const { words } = commandLine(context);
  const at = words.findIndex((word) => word.startsWith('systemd.run='));
  return at < 0 ? [] : words.slice(at + 1).filter((word) => !word.startsWith('systemd.'));
}
