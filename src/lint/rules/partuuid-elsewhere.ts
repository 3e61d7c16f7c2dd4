import { changesDiskId, commandLine } from '../command-line.ts';
import { entriesBelow, findLine, pathsIn } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

/** Larger files are no configuration. */
const largest = 256 * 1024;

export const partuuidElsewhere: Rule = {
  id: 'partuuid-elsewhere',
  level: 'warning',
  summary: 'PARTUUIDs in files that the first boot does not update',
  why: 'The first boot gives the disk a new id and writes it into cmdline.txt and fstab only; all other files then name a partition that is gone.',
  fix: 'use LABEL= or /dev/disk/by-label instead',
  check(context) {
    if (!changesDiskId(context)) return [];
    const { table, tree } = context;
    const pattern = new RegExp(`\\b${table.diskId}-0\\d`, 'i');
    return files(context).flatMap((path) => {
      const found = findLine(tree, path, pattern);
      return found
        ? [{ path, line: found.number, message: 'the PARTUUID here is wrong after the first boot' }]
        : [];
    });
  },
};

function files(context: LintContext): readonly string[] {
  const { tree, os } = context;
  const known = ['/etc/fstab', commandLine(context).path];
  const inEtc = [...entriesBelow(tree, '/etc')]
    .filter(([, { kind, size }]) => kind === 'file' && size <= largest)
    .map(([path]) => path);
  return [...inEtc, ...pathsIn(tree, os.bootDir, /\.(?:txt|conf|sh)$/)].filter(
    (path) => !known.includes(path),
  );
}
