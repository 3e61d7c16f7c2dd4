import { parseFstab } from '../../image/facts/fstab.ts';
import { isSource } from '../../image/partition-source.ts';
import type { Partition } from '../../image/partitions/partition.ts';
import { change } from '../../model/edit.ts';
import { commandLine } from '../command-line.ts';
import { boundedText, numberedLines } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

const fstab = '/etc/fstab';

/** Names of one partition that the table and the labels do not bear out. UUIDs of file systems are not looked at. */
export const partitionReference: Rule = {
  id: 'partition-reference',
  level: 'error',
  summary: 'cmdline.txt or fstab name a partition that is not there',
  why: 'After a new partition table the old PARTUUID leads nowhere: the kernel waits for its root for ever, or the boot stops in emergency mode.',
  fix: 'write the PARTUUID of the partition table into cmdline.txt and /etc/fstab',
  check: (context) =>
    wrong(context).map(({ path, line, source, partition }) => ({
      path,
      line,
      message: `${source} is not partition ${partition.number}, which is PARTUUID=${partition.partUuid}`,
    })),
  mend: (context) =>
    wrong(context)
      .filter(({ source }) => source.startsWith('PARTUUID='))
      .map(({ path, source, partition }) =>
        change(path, {
          op: 'replace-text',
          from: source,
          to: `PARTUUID=${partition.partUuid}`,
          word: true,
        }),
      ),
};

interface Reference {
  readonly path: string;
  readonly line: number;
  readonly source: string;
  readonly partition: Partition;
}

function wrong(context: LintContext): readonly Reference[] {
  const { os, tree } = context;
  const { path, words } = commandLine(context);
  const root = words.findLast((word) => word.startsWith('root='))?.slice('root='.length);
  return [
    ...(root === undefined ? [] : check(context, { path, line: 1, source: root, at: '/' })),
    ...numberedLines(boundedText(tree, fstab) ?? '').flatMap(({ number: line, text }) =>
      parseFstab(text)
        .filter(({ mountPoint }) => mountPoint === '/' || mountPoint === os.bootDir)
        .flatMap(({ source, mountPoint }) => check(context, { path: fstab, line, source, at: mountPoint })),
    ),
  ];
}

function check(
  { table, mounts }: LintContext,
  { path, line, source, at }: { path: string; line: number; source: string; at: string },
): readonly Reference[] {
  if (!/^(?:PARTUUID|LABEL|PARTLABEL)=|^\/dev\/(?:mmcblk\d+p|nvme\d+n\d+p|sd[a-z])\d+$/.test(source))
    return [];
  const mount = mounts.find((one) => one.at === at);
  const partition = table.partitions.find(({ number }) => number === mount?.number);
  if (mount === undefined || partition === undefined) return [];
  return isSource(source, { partition, label: mount.volume.label, uuid: '' })
    ? []
    : [{ path, line, source, partition }];
}
