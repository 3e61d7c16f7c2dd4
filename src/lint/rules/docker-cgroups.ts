import { change } from '../../model/edit.ts';
import { commandLine } from '../command-line.ts';
import type { LintContext, Rule } from '../rule.ts';
import { hasDocker } from '../services.ts';

const needed = 'cgroup_enable=memory';

export const dockerCgroups: Rule = {
  id: 'docker-cgroups',
  level: 'warning',
  summary: 'Docker without the memory controller',
  why: 'A Pi starts its kernel with the memory controller off; Docker then ignores memory limits, and some containers do not start.',
  fix: `add ${needed} and swapaccount=1 to cmdline.txt`,
  check: (context) =>
    isLacking(context)
      ? [{ path: commandLine(context).path, line: 1, message: `Docker is there, but ${needed} is not` }]
      : [],
  mend: (context) =>
    isLacking(context) && commandLine(context).lines.length === 1
      ? [
          change(commandLine(context).path, {
            op: 'words',
            add: [needed, 'cgroup_memory=1', 'swapaccount=1'],
          }),
        ]
      : [],
};

function isLacking(context: LintContext): boolean {
  return hasDocker(context) && !commandLine(context).words.includes(needed);
}
