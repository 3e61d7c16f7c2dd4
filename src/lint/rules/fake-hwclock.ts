import { write } from '../../model/edit.ts';
import { boundedText, entryAt } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

const file = '/etc/fake-hwclock.data';
const longest = 365 * 24 * 60 * 60 * 1000;

export const fakeHwclock: Rule = {
  id: 'fake-hwclock',
  level: 'note',
  summary: 'a clock that starts far in the past',
  why: 'A Pi has no clock that runs without power. Until the network brings the time, certificates and package lists are "not yet valid".',
  fix: 'write the time of the build, as "2026-01-31 12:00:00", into /etc/fake-hwclock.data',
  check: (context) => {
    const { tree } = context;
    if (entryAt(tree, file)?.kind === 'link' && tree.realPath(file).startsWith(`${context.os.bootDir}/`)) {
      return [{ path: file, message: 'it leads to the boot partition, which is mounted too late for it' }];
    }
    const time = savedTime(context);
    return time !== undefined && context.now.getTime() - time > longest
      ? [{ path: file, message: `the clock starts on ${new Date(time).toISOString().slice(0, 10)}` }]
      : [];
  },
  mend: (context) => {
    const time = savedTime(context);
    if (time === undefined || context.now.getTime() - time <= longest) return [];
    return [write(file, `${context.now.toISOString().slice(0, 19).replace('T', ' ')}\n`)];
  },
};

/** Milliseconds since 1970; undefined where nothing starts the clock from the file. */
function savedTime({ tree, os }: LintContext): number | undefined {
  if (os.packages['fake-hwclock'] === undefined || entryAt(tree, file)?.kind !== 'file') return undefined;
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})/.exec(boundedText(tree, file, 64) ?? '');
  const time = match ? Date.parse(`${match[1]}T${match[2]}Z`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
