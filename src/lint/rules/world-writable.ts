import { change, directory, type EditDraft } from '../../model/edit.ts';
import type { Entry } from '../../model/volume.ts';
import { entriesBelow, octal } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

const folders = ['/etc', '/usr/local'];
const sticky = 0o1000;

export const worldWritable: Rule = {
  id: 'world-writable',
  level: 'warning',
  summary: 'configuration and programs that every account can change',
  why: 'Whoever changes what root reads or runs is root soon after; files copied from FAT or a network share often end so.',
  fix: 'take the right to write away from others (chmod o-w)',
  check: (context) =>
    writable(context).map(([path, { mode }]) => ({
      path,
      message: `every account can change it (mode ${octal(mode)})`,
    })),
  mend: (context) =>
    writable(context).map(([path, { kind, mode }]): EditDraft => {
      const safe = { mode: mode & ~0o002 };
      return kind === 'directory'
        ? directory(path, safe)
        : change(path, { op: 'ensure-lines', lines: [] }, safe);
    }),
};

function writable({ tree }: LintContext): readonly (readonly [string, Entry])[] {
  return folders
    .flatMap((folder) => [...entriesBelow(tree, folder)])
    .filter(([, { kind, mode }]) => {
      const isShared = kind === 'directory' && (mode & sticky) !== 0;
      return kind !== 'other' && (mode & 0o002) !== 0 && !isShared;
    });
}
