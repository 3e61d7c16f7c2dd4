import { linesIn } from '../files.ts';
import type { Rule } from '../rule.ts';

export const configFilter: Rule = {
  id: 'config-filter',
  level: 'warning',
  summary: 'a config.txt that ends in a section for some boards only',
  why: 'What is appended to the file, by people and by programs, counts for those boards alone, and silently.',
  fix: 'put [all] above what is meant for all boards',
  check({ tree, os }) {
    const path = `${os.bootDir}/config.txt`;
    const lines = linesIn(tree, path);
    const header = lines.findLast(({ text }) => /^\s*\[[^\]]+\]/.test(text));
    const filter = /\[([^\]]+)\]/.exec(header?.text ?? '')?.[1] ?? 'all';
    const setting = lines.find(
      ({ number, text }) => number > (header?.number ?? 0) && /^\s*[^#\s[][^=]*=/.test(text),
    );
    return /^all$/i.test(filter) || setting === undefined
      ? []
      : [{ path, line: setting.number, message: `from here to the end it counts for [${filter}] only` }];
  },
};
