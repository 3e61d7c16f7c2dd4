import { describePlan } from '../cli/commands/plan-text.ts';
import { formatBytes, formatDuration } from '../cli/ui/format.ts';
import { noPaint } from '../cli/ui/paint.ts';
import { stageNames } from '../cli/ui/sentences.ts';
import type { LintFinding } from '../lint/lint-image.ts';
import type { AppliedEdit } from '../model/applied.ts';
import type { Stage } from '../model/events.ts';
import type { Advice, Plan } from '../model/plan.ts';
import { code, markdownTable, plainText } from './markdown.ts';
import type { Artifact, BaseFacts } from './outputs.ts';

export interface StageTime {
  readonly stage: Stage;
  readonly milliseconds: number;
}

export interface BuildSummary {
  readonly base: BaseFacts;
  readonly plan: Plan;
  readonly edits: readonly AppliedEdit[];
  readonly findings: readonly LintFinding[];
  readonly artifacts: readonly Artifact[];
  readonly times: readonly StageTime[];
  readonly milliseconds: number;
}

/** Rows of a table that anybody reads; the log has all of them. */
const shownRows = 200;
/** The runner drops a whole summary that is larger than 1 MiB. */
const planLimit = 500_000;

/** The build on the page of its run: base, files, changes, warnings, times. Pure. */
export function buildSummary({
  base,
  plan,
  edits,
  findings,
  artifacts,
  times,
  milliseconds,
}: BuildSummary): string {
  const changed = edits.filter(({ action }) => action !== 'unchanged');
  return sections(
    [`## ${plainText(artifacts[0]?.name ?? plan.hostname)}`],
    facts(base, plan),
    markdownTable(
      ['file', 'size', 'SHA-256'],
      artifacts.map(({ name, size, sha256 }) => [code(name), formatBytes(size), code(sha256 ?? '')]),
    ),
    details(
      `${changed.length} ${changed.length === 1 ? 'path' : 'paths'} edited`,
      cut(['path', 'change', 'by'], changed.map(editRow)),
    ),
    steps(plan),
    remarks(plan.advice, findings),
    details(
      `${formatDuration(milliseconds)} in all`,
      markdownTable(
        ['stage', 'time'],
        times.map((one) => [stageNames[one.stage], formatDuration(one.milliseconds)]),
      ),
    ),
  );
}

/** What a build would do, for a run that only plans. Pure. */
export function planSummary(base: BaseFacts, plan: Plan): string {
  const text = describePlan(plan, noPaint);
  const shown = text.length > planLimit ? `${text.slice(0, planLimit)}\n…` : text;
  // Longer than any run of backticks in it, so that nothing in it ends the block.
  const fence = '`'.repeat(Math.max(3, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return sections(
    [`## Plan for ${plainText(plan.hostname)}`],
    facts(base, plan),
    [`${fence}text`, shown.trimEnd(), fence],
    remarks(plan.advice, []),
  );
}

/** Where the images went. Pure. */
export function releaseSummary(
  tag: string,
  { url, isDraft }: { readonly url: string; readonly isDraft: boolean },
): string {
  const shown = /^https?:\/\/[^\s()<>]+$/.test(url) ? `[${plainText(tag)}](${url})` : plainText(tag);
  return `Uploaded to the ${isDraft ? 'draft of the ' : ''}release ${shown}\n`;
}

function facts(base: BaseFacts, plan: Plan): readonly string[] {
  const rows = [
    ['base', `${code(base.name)}${base.version ? ` of ${plainText(base.version)}` : ''}`],
    ...(base.sha256 ? [['its SHA-256', code(base.sha256)]] : []),
    ['system', plainText(plan.os.prettyName)],
    ['host name', code(plan.hostname)],
    ...(plan.login ? [['login', code(plan.login.name)]] : []),
  ];
  return markdownTable(['', ''], rows);
}

function editRow({ path, to, action, from }: AppliedEdit): readonly string[] {
  return [`${code(path)}${to === undefined ? '' : ` → ${code(to)}`}`, action, plainText(from.join(', '))];
}

function cut(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const left = rows.length - shownRows;
  const table = markdownTable(head, rows.slice(0, shownRows));
  return left > 0 ? [...table, '', `… and ${left} more`] : table;
}

function steps({ firstBoot }: Plan): readonly string[] {
  if (firstBoot.length === 0) return [];
  return ['**At its first boot it will**', '', ...firstBoot.map(({ title }) => `- ${plainText(title)}`)];
}

function remarks(advice: readonly Advice[], findings: readonly LintFinding[]): readonly string[] {
  const lines = [
    ...advice.map(({ level, id, message }) => `- **${level}** ${code(id)}: ${plainText(message)}`),
    ...findings.map(
      ({ level, rule, path, message }) =>
        `- **${level}** ${code(rule)}: ${code(path)}: ${plainText(message)}`,
    ),
  ];
  return cutLines(lines);
}

function cutLines(lines: readonly string[]): readonly string[] {
  const left = lines.length - shownRows;
  return left > 0 ? [...lines.slice(0, shownRows), `- … and ${left} more`] : lines;
}

function details(title: string, lines: readonly string[]): readonly string[] {
  return ['<details>', `<summary>${title}</summary>`, '', ...lines, '', '</details>'];
}

function sections(...parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
