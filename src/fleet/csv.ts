import { CsvError, parse } from 'csv-parse/sync';
import type { Place } from '../model/errors.ts';
import {
  type Cell,
  type DeviceEntry,
  type DeviceList,
  invalidList,
  mostDevices,
  problemAt,
} from './device-list.ts';

/** Spreadsheets of many countries separate by semicolons, as the comma is taken by their numbers. */
const delimiters = [',', ';', '\t'] as const;
/** Characters of one line; a quote that nothing closes would otherwise be looked for in all of the file. */
const longestRecord = 100_000;

/**
 * Takes a list of devices from CSV (RFC 4180): the first line names the columns. A byte order mark, line ends of any
 * system and empty lines are fine; white space around a value is no part of it. No error shows any cell but the one it is about.
 * @throws PiImageError `spec.invalid`, with the places of all that is wrong
 */
export function parseCsvList(bytes: Uint8Array, file: string): DeviceList {
  const text = decode(bytes, file);
  const delimiter = delimiterOf(text);
  const [head = [], ...rows] = recordsOf(text, delimiter, file);
  const columns = columnsOf(head, file);
  if (rows.length === 0) throw invalidList(file, [{ message: 'it names no device' }], firstLines);
  if (rows.length > mostDevices)
    throw invalidList(file, [{ message: `it has more than ${mostDevices} devices` }]);
  const uneven = rows.filter((row) => row.length !== head.length);
  if (uneven.length > 0)
    throw invalidList(
      file,
      uneven.map((row) => unevenRow(row, head.length)),
    );
  const names = head.map(({ text: name }) => name);
  return { file, columns, devices: rows.map((row) => deviceOf(row, names)) };
}

const firstLines =
  'the first line names the columns, such as `hostname,address`; each further line is a device';

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw invalidList(file, [{ message: 'it is not UTF-8 text' }], 'save it as "CSV UTF-8"');
  }
}

/** Names of columns have none of them, so the first that is in the first line is the one. */
function delimiterOf(text: string): string {
  const head = text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  return [...head].find((character) => delimiters.some((one) => one === character)) ?? ',';
}

function recordsOf(text: string, delimiter: string, file: string): readonly (readonly Cell[])[] {
  const place = placesIn(text, file);
  let end = 0;
  try {
    const records = parse(text, {
      delimiter,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: longestRecord,
      cast(value, { bytes, column }) {
        // The parser tells where a cell ends; it begins behind the one before.
        const start = column === 0 ? place.behindLineEnds(end) : end + 1;
        end = bytes;
        return { text: value, at: place.of(start, bytes) };
      },
    }) as unknown as Cell[][];
    return records.filter((cells) => cells.some((cell) => cell.text !== ''));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    // The cell that could not be read is the one behind the last that could.
    const start = cause['column'] === 0 ? place.behindLineEnds(end) : end + 1;
    throw syntaxError(cause, place.of(start, start + 1), file);
  }
}

function columnsOf(head: readonly Cell[], file: string): DeviceList['columns'] {
  if (head.length === 0) throw invalidList(file, [{ message: 'it is empty' }], firstLines);
  const columns = new Map<string, Place | undefined>();
  const problems = head.flatMap(({ text: name, at }) => {
    if (name === '') return [problemAt('a column without a name', at, firstLines)];
    if (columns.has(name)) return [problemAt(`a second column "${name}"`, at)];
    columns.set(name, at);
    return [];
  });
  if (problems.length > 0) throw invalidList(file, problems);
  return columns;
}

function unevenRow(row: readonly Cell[], wanted: number) {
  const last = row[wanted] ?? row.at(-1);
  const help = 'a value that holds the separator needs double quotes around it';
  return problemAt(`${row.length} values, where the first line names ${wanted} columns`, last?.at, help);
}

function deviceOf(row: readonly Cell[], names: readonly string[]): DeviceEntry {
  const named = names.flatMap((name, index) => {
    const cell = row[index];
    return cell && cell.text !== '' ? [[name, cell] as const] : [];
  });
  return { at: row[0]?.at, cells: new Map(named) };
}

/** In words of our own: what the library says quotes the cell, which may be anything. */
function syntaxError(error: CsvError, at: Place, file: string) {
  const what =
    {
      CSV_QUOTE_NOT_CLOSED: 'a double quote that nothing closes',
      CSV_INVALID_CLOSING_QUOTE: 'text behind a closing double quote',
      INVALID_OPENING_QUOTE: 'a double quote inside a value that does not begin with one',
      CSV_MAX_RECORD_SIZE: 'a line that is too long, or a double quote that nothing closes',
    }[error.code as string] ?? 'a line that cannot be read as CSV';
  const help = 'write a double quote twice, and the whole value in double quotes: "5"" screen"';
  return invalidList(file, [problemAt(what, { ...at, source: at.source.replace(/[^\s,;"•]/g, '•') }, help)]);
}

/** Turns positions in bytes into places whose quoted line shows one cell and conceals the others. */
function placesIn(text: string, file: string) {
  const bytes = Buffer.from(text);
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  const indexOf = bytes.length === text.length ? (at: number) => at : indexBy(bytes);
  return {
    behindLineEnds(at: number): number {
      let start = at;
      while (bytes[start] === 0x0a || bytes[start] === 0x0d) start++;
      return start;
    },
    of(from: number, to: number): Place {
      const [start, end] = [indexOf(from), indexOf(to)];
      const line = lineAt(starts, start);
      const first = starts[line] ?? 0;
      const source = text.slice(first, starts[line + 1]).replace(/[\r\n]+$/, '');
      const column = start - first;
      const length = Math.max(1, Math.min(end - start, source.length - column));
      const conceal = (part: string) => part.replace(/[^\s,;"]/g, '•');
      const shown =
        conceal(source.slice(0, column)) +
        source.slice(column, column + length) +
        conceal(source.slice(column + length));
      return { file, line: line + 1, column: column + 1, length, source: shown };
    },
  };
}

/** Cells are asked for in order, so each count goes on where the last one ended. */
function indexBy(bytes: Buffer): (at: number) => number {
  let known = { at: 0, index: 0 };
  return (at) => {
    if (at < known.at) known = { at: 0, index: 0 };
    known = { at, index: known.index + bytes.toString('utf8', known.at, at).length };
    return known.index;
  };
}

function lineAt(starts: readonly number[], index: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}
