import { commandLine, initResize } from '../command-line.ts';
import type { Rule } from '../rule.ts';

export const partitionAfterRoot: Rule = {
  id: 'partition-after-root',
  level: 'error',
  summary: 'a partition behind the root partition',
  why: 'The resize script of the first boot wants the root to be last; else it shows a message and waits for a key that nobody presses.',
  fix: 'put the partition before the root, or take the init= of the resize script out of cmdline.txt',
  check(context) {
    if (!commandLine(context).words.includes(initResize)) return [];
    const { mounts, table } = context;
    const number = mounts.find(({ at }) => at === '/')?.number;
    const root = table.partitions.find((one) => one.number === number);
    const later = table.partitions.filter(
      (one) => root && (one.number > root.number || one.offset > root.offset),
    );
    return later.length === 0
      ? []
      : [
          {
            path: '/',
            message: `partition ${later.map((one) => one.number).join(', ')} lies behind the root, and the first boot waits for a key`,
          },
        ];
  },
};
