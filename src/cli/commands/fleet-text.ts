import path from 'node:path';
import type { DeviceResult } from '../../model/events.ts';
import { exitCodeOfCode } from '../exit-code.ts';
import { formatBytes } from '../ui/format.ts';
import { printable } from '../ui/problem.ts';
import { redact } from '../ui/redact.ts';
import { writeOut } from '../ui/standard-output.ts';
import { table } from '../ui/table.ts';

interface ReportOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Tells what came of a fleet. The exit code is that of the first device that failed. */
export async function reportFleet(
  results: readonly DeviceResult[],
  file: string,
  { json, quiet }: ReportOptions,
): Promise<void> {
  const failed = results.flatMap(({ error }) => (error ? [error] : []));
  const [first] = failed;
  const exitCode = first ? exitCodeOfCode(first.code) : 0;
  process.exitCode = exitCode;
  if (json) {
    const counts = { devices: results.length, ...countsOf(results) };
    const end = first ? { outcome: 'error', exitCode, message: summaryOf(results) } : { outcome: 'success' };
    return writeOut(redact(`${JSON.stringify({ code: 'result', ...end, ...counts, results: file })}\n`));
  }
  await writeOut(redact(resultsTable(results)));
  if (quiet && !first) return;
  process.stderr.write(`${summaryOf(results)}; digests are in ${shown(file)}\n`);
}

export function resultsTable(results: readonly DeviceResult[]): string {
  return table(
    ['device', 'outcome', 'size', 'output'],
    results.map(({ device, outcome, size, output, error }) => [
      printable(device),
      error ? `failed: ${error.code}` : outcome,
      size === undefined ? '' : formatBytes(size),
      printable(shown(output)),
    ]),
  );
}

function countsOf(results: readonly DeviceResult[]): Readonly<Record<DeviceResult['outcome'], number>> {
  const count = (outcome: DeviceResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  return { made: count('made'), kept: count('kept'), failed: count('failed') };
}

function summaryOf(results: readonly DeviceResult[]): string {
  const { made, kept, failed } = countsOf(results);
  const parts = [
    `${made} of ${results.length} made`,
    ...(kept > 0 ? [`${kept} kept as they were`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return parts.join(', ');
}

function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
