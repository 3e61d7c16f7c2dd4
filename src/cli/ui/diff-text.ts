import type { EntryDifference, EntryState, TableDifference } from '../../diff/image-diff.ts';
import { formatBytes, formatMode } from './format.ts';
import type { Paint } from './paint.ts';
import { printable } from './problem.ts';

export interface EntryOptions {
  /** What the two images are called in the output. */
  readonly names: { readonly before: string; readonly after: string };
  readonly paint: Paint;
  /** Only that files differ, not how. */
  readonly brief: boolean;
}

export function describeTable(differences: readonly TableDifference[], paint: Paint): string {
  return differences
    .map(({ subject, before, after }) => {
      const change = `${before ?? '(none)'} → ${after ?? '(none)'}`;
      return `${paint('bold', printable(subject))}: ${printable(change)}\n`;
    })
    .join('');
}

/** One path, as `diff -ru` tells it, with what diff does not look at: modes, owners, link targets, attributes. */
export function describeEntry(difference: EntryDifference, { names, paint, brief }: EntryOptions): string {
  const { path, before, after, content } = difference;
  const shown = printable(path);
  if (!before || !after) {
    const [sign, name, state] = after
      ? (['green', names.after, after] as const)
      : (['red', names.before, before] as const);
    return `${paint(sign, `Only in ${printable(name)}: ${shown}`)} (${state ? about(state) : ''})\n`;
  }
  const notes = changes(before, after);
  const head = notes.length > 0 ? `${paint('bold', shown)}: ${printable(notes.join(', '))}\n` : '';
  if (brief && content) return `${head}Files a${shown} and b${shown} differ\n`;
  switch (content?.kind) {
    case 'text':
      return `${head}${paint('bold', `--- a${shown}`)}\n${paint('bold', `+++ b${shown}`)}\n${paintPatch(content.patch, paint)}`;
    case 'binary':
      return (
        `${head}Binary files a${shown} and b${shown} differ\n` +
        `-sha256 ${content.before} (${before.size} bytes)\n+sha256 ${content.after} (${after.size} bytes)\n`
      );
    case 'hidden':
      return `${head}Content of ${shown} differs, and is not shown because not everybody may read it (--show-secrets)\n`;
    default:
      return head;
  }
}

export function summarize(
  tableDifferences: number,
  { added, removed, changed }: Readonly<Record<EntryDifference['change'], number>>,
): string {
  const table = tableDifferences > 0 ? 'another partition table; ' : '';
  return `${table}${added} added, ${removed} removed, ${changed} changed`;
}

function about({ kind, size, mode, uid, gid, target }: EntryState): string {
  if (target !== undefined) return `link to ${printable(target)}`;
  const bytes = kind === 'file' ? `, ${formatBytes(size)}` : '';
  return `${formatMode(mode, kind)} ${uid}:${gid}${bytes}`;
}

function changes(before: EntryState, after: EntryState): readonly string[] {
  const octal = ({ mode }: EntryState) => mode.toString(8).padStart(4, '0');
  const owner = ({ uid, gid }: EntryState) => `${uid}:${gid}`;
  const time = ({ mtime }: EntryState) => new Date((mtime ?? 0) * 1000).toISOString().slice(0, 19);
  const facts: readonly (readonly [string, (state: EntryState) => string])[] = [
    ['', ({ kind }) => kind],
    ['mode ', octal],
    ['owner ', owner],
    ['link ', ({ target }) => target ?? '(none)'],
    ['attributes ', ({ attributes }) => Object.keys(attributes ?? {}).join(' ') || '(none)'],
    ['time ', time],
  ];
  const notes = facts
    .filter(([, of]) => of(before) !== of(after))
    .map(([what, of]) => `${what}${of(before)} → ${of(after)}`);
  const values = JSON.stringify(before.attributes) !== JSON.stringify(after.attributes);
  return values && !notes.some((note) => note.startsWith('attributes '))
    ? [...notes, 'other values of its attributes']
    : notes;
}

function paintPatch(patch: string, paint: Paint): string {
  return patch
    .split('\n')
    .map((line) => paintLine(printableLine(line), paint))
    .join('\n');
}

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('-')) return paint('red', line);
  return line.startsWith('+') ? paint('green', line) : line;
}

/** Tabs do no harm to a terminal. */
function printableLine(line: string): string {
  return line.split('\t').map(printable).join('\t');
}
