import { type MatchingRun, matchingRuns } from './myers.ts';

/** Lines shown around a change, as diff(1) does. */
const context = 3;

/** The hunks of a unified diff (POSIX diff -u) of two texts, without the lines that name the files; '' when equal. */
export function unifiedHunks(before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const changes = changesBetween(matchingRuns(old, now), old.length, now.length);
  return groups(changes)
    .map((group) => hunk(group, old, now))
    .join('');
}

/** Lines `[from, to)` of one text in place of those of the other. */
interface Change {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly nowFrom: number;
  readonly nowTo: number;
}

/** With their ends, so that a missing last one counts. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function changesBetween(runs: readonly MatchingRun[], oldLength: number, nowLength: number): Change[] {
  const changes: Change[] = [];
  let [old, now] = [0, 0];
  for (const run of [...runs, { old: oldLength, now: nowLength, length: 0 }]) {
    if (run.old > old || run.now > now) {
      changes.push({ oldFrom: old, oldTo: run.old, nowFrom: now, nowTo: run.now });
    }
    [old, now] = [run.old + run.length, run.now + run.length];
  }
  return changes;
}

/** Changes so near to each other that their context would touch make one hunk. */
function groups(changes: readonly Change[]): readonly (readonly Change[])[] {
  const all: Change[][] = [];
  for (const change of changes) {
    const last = all.at(-1)?.at(-1);
    if (last && change.oldFrom - last.oldTo <= 2 * context) all.at(-1)?.push(change);
    else all.push([change]);
  }
  return all;
}

function hunk(group: readonly Change[], old: readonly string[], now: readonly string[]): string {
  const [first, last] = [group[0]!, group.at(-1)!];
  const lead = Math.min(context, first.oldFrom);
  const tail = Math.min(context, old.length - last.oldTo);
  let text = '';
  let at = first.oldFrom - lead;
  for (const { oldFrom, oldTo, nowFrom, nowTo } of group) {
    text += shown(' ', old.slice(at, oldFrom));
    text += shown('-', old.slice(oldFrom, oldTo));
    text += shown('+', now.slice(nowFrom, nowTo));
    at = oldTo;
  }
  text += shown(' ', old.slice(at, at + tail));
  const oldRange = range(first.oldFrom - lead, last.oldTo + tail);
  const nowRange = range(first.nowFrom - lead, last.nowTo + tail);
  return `@@ -${oldRange} +${nowRange} @@\n${text}`;
}

/** Lines count from 1; of an empty range the line before it is named. */
function range(from: number, to: number): string {
  const count = to - from;
  if (count === 0) return `${from},0`;
  return count === 1 ? `${from + 1}` : `${from + 1},${count}`;
}

function shown(sign: string, lines: readonly string[]): string {
  const marked = lines.map((line) =>
    line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`,
  );
  return marked.join('');
}
