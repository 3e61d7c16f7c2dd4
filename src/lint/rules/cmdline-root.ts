import { change } from '../../model/edit.ts';
import { commandLine } from '../command-line.ts';
import type { LintContext, Rule } from '../rule.ts';

export const cmdlineRoot: Rule = {
  id: 'cmdline-root',
  level: 'error',
  summary: 'a cmdline.txt without root=',
  why: 'The kernel stops with "Unable to mount root fs".',
  fix: 'add root=PARTUUID=… with the PARTUUID of the root partition, and rootwait',
  check(context) {
    const { path, lines, words } = commandLine(context);
    const isThere = lines.length === 0 || words.some((word) => /^(?:root|nfsroot)=/.test(word));
    return isThere ? [] : [{ path, line: 1, message: 'no word says where the root file system is' }];
  },
  mend(context) {
    const { path, lines } = commandLine(context);
    const id = rootId(context);
    if (lines.length !== 1 || id === undefined || cmdlineRoot.check(context).length === 0) return [];
    return [change(path, { op: 'words', add: [`root=PARTUUID=${id}`, 'rootwait'] })];
  },
};

function rootId({ mounts, table }: LintContext): string | undefined {
  const root = mounts.find(({ at }) => at === '/');
  return table.partitions.find(({ number }) => number === root?.number)?.partUuid;
}
