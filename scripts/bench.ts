// Measures whole processes beside rivals, in turn, and prints medians, ratios and peak memory. Needs python3;
// cases whose rival or input is missing are left out, and said so. `npm run bench -- [--rounds N] [--only CASE] [--json FILE]`
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchCases } from './bench/cases.ts';
import type { Contender } from './bench/contenders.ts';
import { archive, cli } from './bench/inputs.ts';
import { alternate, has, median, run } from './bench/measure.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' }, json: { type: 'string' } },
});
if (!has('python3')) throw new Error('npm run bench needs python3, which accounts for the processes');
if (!existsSync(cli)) execFileSync('npm', ['run', 'build'], { stdio: 'inherit' });

const folder = mkdtempSync(path.join(tmpdir(), 'pi-image-bench-'));
const rows: Record<string, unknown>[] = [];
try {
  if (!existsSync(archive)) console.log(`note: ${archive} is not there, so only the cases without it run`);
  for (const { name, ours, rivals, missing } of benchCases(folder)) {
    if (values.only !== undefined && values.only !== name) continue;
    for (const tool of missing) console.log(`note: ${name}: ${tool} is not installed, left out`);
    const able = await ableOnes(rivals);
    const [mine, ...theirs] = await alternate(
      [ours.command, ...able.map(({ command }) => command)],
      Number(values.rounds),
    );
    const base = median((mine ?? []).map(({ seconds }) => seconds));
    for (const [index, { title }] of [ours, ...able].entries()) {
      const runs = [mine, ...theirs][index] ?? [];
      const seconds = median(runs.map((one) => one.seconds));
      rows.push({
        case: name,
        what: title,
        'median s': seconds.toFixed(3),
        'ours / it': (base / seconds).toFixed(3),
        'peak MB': Math.max(...runs.map((one) => one.megabytes)).toFixed(0),
      });
    }
    console.table(rows.filter((row) => row['case'] === name));
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A rival may be installed and yet not run here, as virt-customize without a kernel for its virtual machine. */
async function ableOnes(rivals: readonly Contender[]): Promise<readonly Contender[]> {
  const able: Contender[] = [];
  for (const rival of rivals) {
    try {
      await run(rival.command);
      able.push(rival);
    } catch (error) {
      console.log(
        `note: ${rival.title} does not work here, left out: ${(error as Error).message.slice(-200)}`,
      );
    }
  }
  return able;
}
