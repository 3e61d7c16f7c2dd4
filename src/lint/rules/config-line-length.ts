import { linesIn } from '../files.ts';
import type { Rule } from '../rule.ts';

const longest = 98;

export const configLineLength: Rule = {
  id: 'config-line-length',
  level: 'warning',
  summary: 'lines of config.txt that are too long',
  why: `The firmware drops what follows the ${longest}th character of a line.`,
  fix: 'make the line shorter, or split it: several dtoverlay= and dtparam= lines add up',
  check: ({ tree, os }) => {
    const path = `${os.bootDir}/config.txt`;
    return linesIn(tree, path)
      .filter(({ text }) => !/^\s*#/.test(text) && text.length > longest)
      .map(({ number: line, text }) => ({
        path,
        line,
        message: `the line has ${text.length} characters; the firmware reads ${longest}`,
      }));
  },
};
