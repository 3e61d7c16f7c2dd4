import { growsAtFirstBoot } from '../command-line.ts';
import type { Finding, LintContext, Rule } from '../rule.ts';

const mebibyte = 1024 * 1024;
const fewestInodes = 500;

export const freeSpace: Rule = {
  id: 'free-space',
  level: 'warning',
  summary: 'file systems with hardly any room',
  why: 'The first boot writes keys, logs and settings before, or instead of, growing the root; a full disk fails in odd ways.',
  fix: 'take something out, or make the partition larger',
  check: (context) => {
    const root = growsAtFirstBoot(context) ? 4 : 64;
    return [...roomAt(context, '/', root), ...roomAt(context, context.os.bootDir, 1)];
  },
};

function roomAt({ tree }: LintContext, path: string, wanted: number): readonly Finding[] {
  const { free, freeInodes } = tree.space(path);
  const room = (free / mebibyte).toFixed(1);
  return [
    ...(free < wanted * mebibyte
      ? [{ path, message: `only ${room} MiB are free, ${wanted} MiB are needed` }]
      : []),
    ...(freeInodes < fewestInodes ? [{ path, message: `only ${freeInodes} more files can be made` }] : []),
  ];
}
