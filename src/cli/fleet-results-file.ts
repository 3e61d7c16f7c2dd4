import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readResults, resultAsLine, resultsAsCsv, resultsAsJson } from '../fleet/results.ts';
import type { Shard } from '../fleet/shard.ts';
import { PiImageError } from '../model/errors.ts';
import type { DeviceResult } from '../model/events.ts';
import { systemCode, writeFailure } from '../model/write-failure.ts';

/**
 * The results of a fleet, kept in a file. While devices are made, each is added to `<file>.partial` just before its
 * output has its name, so that a run which was killed is gone on with; at the end the file is written whole.
 */
export interface ResultsFile {
  readonly path: string;
  /** What an earlier run has left. */
  readonly earlier: readonly DeviceResult[];
  /** Returns when the result is in the file. */
  record(result: DeviceResult): Promise<void>;
  finish(results: readonly DeviceResult[]): Promise<void>;
}

export async function openResultsFile(file: string): Promise<ResultsFile> {
  const asText = textFor(file);
  const partial = `${file}.partial`;
  const left = await read(partial);
  const earlier = [...readResults(await read(file)), ...readResults(left)];
  // A line that was cut off must not take the next one with it.
  let adding = left === '' || left.endsWith('\n') ? Promise.resolve() : append(partial, '\n');
  return {
    path: file,
    earlier,
    record(result) {
      // One after the other: lines must not get into each other.
      const added = adding.then(() => append(partial, resultAsLine(result)));
      adding = added.catch(() => {});
      return added;
    },
    async finish(results) {
      await adding;
      const draft = `${file}.new`;
      try {
        await writeFile(draft, asText(results), { mode: 0o600 });
        await rename(draft, file);
        await rm(partial, { force: true });
      } catch (error) {
        throw writeFailure(file, error);
      }
    },
  };
}

/** Beside the outputs: in the last folder of their pattern that has no variable in it. */
export function defaultResultsFile(pattern: string, shard: Shard | undefined): string {
  const fixed = pattern.split('{{')[0] ?? '';
  const folder = /[\\/]/.test(fixed) ? fixed.replace(/[^\\/]*$/, '') : '.';
  const part = shard ? `-${shard.index}-of-${shard.count}` : '';
  return path.join(folder, `fleet-results${part}.csv`);
}

function textFor(file: string): (results: readonly DeviceResult[]) => string {
  if (/\.csv$/i.test(file)) return resultsAsCsv;
  if (/\.json$/i.test(file)) return resultsAsJson;
  throw new PiImageError('usage.invalid', `--results ${file} ends neither in .csv nor in .json`);
}

async function append(file: string, line: string): Promise<void> {
  await appendFile(file, line, { mode: 0o600 }).catch((error: unknown) => {
    throw writeFailure(file, error);
  });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw writeFailure(file, error);
  }
}
