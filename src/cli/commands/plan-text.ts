import { platformText } from '../../model/container-platform.ts';
import { referenceText } from '../../model/container-reference.ts';
import { type Content, contentSize, isHostFile } from '../../model/content.ts';
import type { Edit } from '../../model/edit.ts';
import type { Plan } from '../../model/plan.ts';
import type { Preload } from '../../model/preload.ts';
import type { TextChange } from '../../model/text-change.ts';
import { formatBytes } from '../ui/format.ts';
import type { Paint } from '../ui/paint.ts';
import { printable } from '../ui/problem.ts';

/** Lines of a file's content that a plan shows before it only counts them. */
const shownLines = 12;

/** The plan for people: grouped by what asked for it, in order. */
export function describePlan(plan: Plan, paint: Paint): string {
  const lines = [paint('bold', `${printable(plan.os.prettyName)} → ${printable(plan.hostname)}`)];
  let from = '';
  for (const edit of plan.edits) {
    if (edit.from !== from) lines.push('', paint('cyan', edit.from));
    from = edit.from;
    lines.push(...describeEdit(edit).map((line) => `  ${line}`));
  }
  if (plan.preloads.length > 0) lines.push('', paint('cyan', 'fetched when the image is built'));
  for (const one of plan.preloads) lines.push(...describePreload(one).map((line) => `  ${printable(line)}`));
  if (plan.firstBoot.length > 0) lines.push('', paint('cyan', 'at the first boot'));
  for (const { order, title } of plan.firstBoot) lines.push(`  ${order} ${printable(title)}`);
  return `${lines.join('\n')}\n`;
}

function describePreload(preload: Preload): string[] {
  if (preload.kind === 'packages') {
    const names = preload.sets[0]?.wanted.map(({ name, version }) => (version ? `${name} ${version}` : name));
    return [`${preload.title}: ${names?.join(', ')}, with what they need`];
  }
  return preload.images.map(
    ({ reference, platform }) => `${referenceText(reference)} (${platformText(platform)})`,
  );
}

function describeEdit(edit: Edit): string[] {
  const path = printable(edit.path);
  switch (edit.kind) {
    case 'write':
      return [`write ${path}${attributes(edit)}`, ...content(edit.content, edit.sensitive)];
    case 'change':
      return [
        `change ${path}`,
        ...(edit.sensitive ? ['  (hidden)'] : describeChange(edit.change).map((line) => `  ${line}`)),
      ];
    case 'link':
      return [`link ${path} → ${printable(edit.target)}`];
    case 'directory':
      return [`directory ${path}${attributes(edit)}`];
    case 'remove':
      return [`remove ${path}`];
    case 'move':
      return [`move ${path} → ${printable(edit.to)}`];
  }
}

function attributes({
  mode,
  owner,
}: {
  readonly mode?: number;
  readonly owner?: { user: number | string; group: number | string };
}): string {
  const shownMode = mode === undefined ? '' : ` ${mode.toString(8).padStart(4, '0')}`;
  return owner ? `${shownMode} ${owner.user}:${owner.group}` : shownMode;
}

function content(value: Content, sensitive: boolean | undefined): string[] {
  if (sensitive) return ['  (hidden)'];
  const size = `  (${formatBytes(contentSize(value))})`;
  if (isHostFile(value)) return [`  from ${printable(value.hostFile)}${size}`];
  const text = typeof value === 'string' ? value : Buffer.from(value).toString('utf8');
  if (text.includes('\0') || text.includes('\ufffd')) return [size];
  const lines = text.split('\n').slice(0, -1);
  if (lines.length > shownLines) return [`  (${lines.length} lines)`];
  return lines.map((line) => `  | ${printable(line)}`);
}

function describeChange(change: TextChange): string[] {
  switch (change.op) {
    case 'ensure-lines':
      return change.lines.map((line) => `+ ${printable(line)}`);
    case 'set':
      return Object.entries(change.values).map(([key, value]) => `${key} = ${printable(value)}`);
    case 'words':
      return [
        ...(change.add ?? []).map((word) => `+ ${printable(word)}`),
        ...(change.remove ?? []).map((word) => `- ${printable(word)}`),
      ];
    case 'replace-line':
      return [`${printable(change.where)} … becomes: ${printable(change.line)}`];
    case 'replace-text':
    case 'rename-record':
      return [`${printable(change.from)} becomes ${printable(change.to)}`];
    case 'set-record':
      return [`record ${printable(change.key)}: field ${Object.keys(change.fields).join(', ')}`];
    case 'set-interface':
      return [
        `interface ${printable(change.name)}`,
        ...Object.entries(change.values).map(([key, value]) => `  static ${key} = ${printable(value)}`),
      ];
    case 'set-members':
      return [`group ${printable(change.key)}: + ${change.add.map(printable).join(', ')}`];
  }
}

/** The plan for programs: all of it, with the content of sensitive edits hidden and large ones named by size. */
export function planAsJson(plan: Plan): Record<string, unknown> {
  return { ...plan, edits: plan.edits.map(editAsJson) };
}

function editAsJson(edit: Edit): Record<string, unknown> {
  if (edit.kind === 'change' && edit.sensitive)
    return { ...edit, change: { op: edit.change.op, hidden: true } };
  if (edit.kind !== 'write') return { ...edit };
  const size = contentSize(edit.content);
  if (edit.sensitive) return { ...edit, content: '(hidden)', size };
  if (isHostFile(edit.content)) return { ...edit, content: edit.content, size };
  const text = typeof edit.content === 'string' ? edit.content : Buffer.from(edit.content).toString('utf8');
  return text.includes('\ufffd') ? { ...edit, content: undefined, size } : { ...edit, content: text, size };
}
