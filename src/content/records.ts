import { PiImageError } from '../model/errors.ts';
import type { RenameRecord, SetMembers, SetRecord } from '../model/text-change.ts';
import { mapLines, replaceAt } from './lines.ts';

/** Sets fields of the record `key` in a file such as /etc/shadow; of several with that key the first counts. */
export function setRecord(text: string, change: SetRecord): string {
  return mapLines(text, (lines) => {
    const at = indexOf(lines, change.key);
    const fields = fieldsOf(lines[at] ?? '');
    for (const [index, value] of Object.entries(change.fields)) {
      if (Number(index) === 0) throw new Error('the key of a record is renamed, not set');
      while (fields.length < Number(index)) fields.push('');
      fields[Number(index)] = field(value);
    }
    return replaceAt(lines, at, fields.join(':'));
  });
}

/** Renames a record; no record of that name is no fault, because not every user is in every file. */
export function renameRecord(text: string, change: RenameRecord): string {
  const { from, to, members } = change;
  if (from === to) return text;
  field(to);
  return mapLines(text, (lines) => {
    // A line without fields is no record, and is left as it is.
    const names = lines.map(fieldsOf).flatMap(([name, ...fields]) => (fields.length > 0 ? [name] : []));
    if (names.includes(from) && names.includes(to)) {
      throw new PiImageError(
        'plan.unsuitable',
        `"${from}" cannot become "${to}": the image has that name already`,
      );
    }
    return lines.map((line) => {
      const [name, ...fields] = fieldsOf(line);
      if (name === undefined || fields.length === 0) return line;
      const renamed = members
        ? fields.map((value, index) => (index < 1 ? value : renameIn(value, from, to)))
        : fields;
      return [name === from ? to : name, ...renamed].join(':');
    });
  });
}

/** Adds users to the members of a group. */
export function setMembers(text: string, change: SetMembers): string {
  return mapLines(text, (lines) => {
    const at = indexOf(lines, change.key);
    const fields = fieldsOf(lines[at] ?? '');
    const members = listOf(fields.at(-1) ?? '');
    const added = change.add.map(field).filter((name) => !members.includes(name));
    return replaceAt(
      lines,
      at,
      [...fields.slice(0, -1), [...members, ...new Set(added)].join(',')].join(':'),
    );
  });
}

function indexOf(lines: readonly string[], key: string): number {
  const at = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (at >= 0) return at;
  throw new PiImageError('plan.unsuitable', `there is no record "${key}" to change`);
}

/** group and gshadow list users in their last fields, separated by commas; a name stays listed once. */
function renameIn(list: string, from: string, to: string): string {
  const names = listOf(list);
  if (!names.includes(from)) return list;
  return [...new Set(names.map((name) => (name === from ? to : name)))].join(',');
}

const fieldsOf = (line: string): string[] => line.replace(/\r$/, '').split(':');

const listOf = (field: string): string[] => field.split(',').filter((name) => name !== '');

function field(value: string): string {
  if (/[:\n\r\0]/.test(value)) {
    throw new PiImageError(
      'spec.invalid',
      'a field of a colon-separated file cannot hold a colon or a line break',
    );
  }
  return value;
}
