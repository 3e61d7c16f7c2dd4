import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { defaultResultsFile, openResultsFile } from '../../src/cli/fleet-results-file.ts';
import type { DeviceResult } from '../../src/model/events.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const result = (device: string): DeviceResult => ({ device, outcome: 'made', output: `/${device}`, size: 1 });

it.each([
  ['{{hostname}}.img', undefined, 'fleet-results.csv'],
  ['out/{{hostname}}.img', undefined, 'out/fleet-results.csv'],
  ['out/x-{{hostname}}/a.img', undefined, 'out/fleet-results.csv'],
  ['/srv/{{hostname}}.img', { index: 2, count: 8 }, '/srv/fleet-results-2-of-8.csv'],
])('the results of %s go beside them', (pattern, shard, file) => {
  expect(defaultResultsFile(pattern, shard)).toBe(path.normalize(file));
});

it('has what was done by then when a run is killed, and is whole when one ends', async () => {
  const file = path.join(directory, 'a.csv');
  const killed = await openResultsFile(file);
  expect(killed.earlier).toEqual([]);
  await killed.record(result('kitchen'));
  await killed.record(result('attic'));
  fs.appendFileSync(`${file}.partial`, '{"device":"ha');

  const next = await openResultsFile(file);
  expect(next.earlier).toEqual([result('kitchen'), result('attic')]);
  await next.record(result('hall'));
  const { earlier } = await openResultsFile(file);
  expect(earlier.map(({ device }) => device)).toEqual(['kitchen', 'attic', 'hall']);
  await next.finish([result('kitchen'), result('attic'), result('hall')]);
  expect(fs.readdirSync(directory)).toEqual(['a.csv']);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect((await openResultsFile(file)).earlier).toHaveLength(3);
});

it('refuses an ending it cannot write', async () => {
  await expect(openResultsFile('x.txt')).rejects.toMatchObject({ code: 'usage.invalid' });
});
