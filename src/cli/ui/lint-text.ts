import type { MendResult } from '../../build/mend.ts';
import type { LintFinding, LintReport } from '../../lint/lint-image.ts';
import type { Level } from '../../lint/rule.ts';
import type { Paint, Style } from './paint.ts';
import { printable } from './problem.ts';

const styles: Readonly<Record<Level, Style>> = { error: 'red', warning: 'yellow', note: 'cyan' };

/** Findings as compilers print them; equal advice stands below the last of those that share it. */
export function describeFindings(findings: readonly LintFinding[], paint: Paint): string {
  return findings
    .map((finding, index) => {
      const next = findings[index + 1];
      const repeated = next?.rule === finding.rule && next.help === finding.help;
      return describeFinding(finding, paint, repeated);
    })
    .join('');
}

function describeFinding(finding: LintFinding, paint: Paint, withoutHelp: boolean): string {
  const { level, rule, path, line, message, help } = finding;
  const place = line === undefined ? path : `${path}:${line}`;
  const head = `${paint(styles[level], paint('bold', `${level}[${rule}]`))}: ${paint('bold', printable(place))}: ${printable(message)}\n`;
  return withoutHelp ? head : `${head}  ${paint('cyan', 'help')}: ${printable(help)}\n`;
}

/** What became of each path, and by which rule. */
export function describeMended({ path, edits }: Pick<MendResult, 'path' | 'edits'>, paint: Paint): string {
  const lines = edits
    .filter(({ action }) => action !== 'unchanged')
    .map(({ action, path: edited, to, from }) => {
      const place = to === undefined ? printable(edited) : `${printable(edited)} → ${printable(to)}`;
      return `${paint('green', action.padEnd(8))} ${place}  ${paint('dim', from.join(', '))}\n`;
    });
  return `${lines.join('')}Mended ${lines.length} ${lines.length === 1 ? 'path' : 'paths'}; the image is ${printable(path)}\n`;
}

/** `2 errors, 1 warning`; '' when nothing was found. */
export function countFindings({ counts }: Pick<LintReport, 'counts'>): string {
  return (Object.entries(counts) as [Level, number][])
    .filter(([, count]) => count > 0)
    .map(([level, count]) => `${count} ${level}${count === 1 ? '' : 's'}`)
    .join(', ');
}
