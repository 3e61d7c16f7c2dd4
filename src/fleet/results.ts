import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { DeviceResult } from '../model/events.ts';

/** What is kept of a device: what a person wants to know, and what tells later whether its output is still good. */
const row = z.object({
  device: z.string(),
  outcome: z.enum(['made', 'kept', 'failed']),
  output: z.string(),
  size: z.coerce.number().int().nonnegative().optional(),
  sha256: z.string().optional(),
  fingerprint: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

const names = ['device', 'outcome', 'output', 'size', 'sha256', 'fingerprint', 'error'] as const;

/** The results of a fleet as CSV (RFC 4180), the columns named in the first line. */
export function resultsAsCsv(results: readonly DeviceResult[]): string {
  const lines = results.map(({ error, ...result }) =>
    names.map((name) => cell(name === 'error' ? error && `${error.code}: ${error.message}` : result[name])),
  );
  return [names, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

export function resultsAsJson(results: readonly DeviceResult[]): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}

/** One result on one line, for a file that grows while a fleet is made. */
export function resultAsLine(result: DeviceResult): string {
  return `${JSON.stringify(result)}\n`;
}

/** Reads results back, as CSV, JSON or lines; what is no result, such as a line that was cut off, is left out. */
export function readResults(text: string): readonly DeviceResult[] {
  return recordsIn(text).flatMap((record) => {
    const { data } = row.safeParse(record);
    return data
      ? [Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as never]
      : [];
  });
}

function recordsIn(text: string): readonly unknown[] {
  if (text.startsWith('[')) return (json(text) as unknown[] | undefined) ?? [];
  if (text.startsWith('{')) return text.split('\n').map(json);
  return csv(text).map((record) =>
    Object.fromEntries(Object.entries(record).filter(([name, value]) => value !== '' && name !== 'error')),
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function csv(text: string): readonly Record<string, string>[] {
  try {
    return parse(text, { columns: true, relax_column_count: true });
  } catch {
    return [];
  }
}

function cell(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
