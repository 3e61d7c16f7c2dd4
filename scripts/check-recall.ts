/*
 * How much of what e2fsck and fsck.vfat find wrong in damaged file systems does our own checker find? Prints a table.
 * npx tsx scripts/check-recall.ts --count 600 --seed 1 [--missed]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkExt4 } from '../src/image/check/ext4.ts';
import { checkFat } from '../src/image/check/fat.ts';
import { hasTool, judge } from '../test/fixtures/judge.ts';
import { corrupt, populated, type Region, regionsOf } from '../test/image/check/corpus.ts';
import { fatRegions, populatedFat } from '../test/image/check/fat-corpus.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from '../test/image/ext4/e2fsprogs.ts';
import { featureSets } from '../test/image/ext4/feature-sets.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    /** Prints each damage that only one of the two has found. */
    missed: { type: 'boolean', default: false },
  },
});

interface Row {
  both: number;
  missed: number;
  ours: number;
  harmless: number;
}

/** A damage judged by both: what each has to say of the same bytes. */
interface Subject {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly regions: readonly Region[];
  readonly theirs: (bytes: Uint8Array) => string;
  readonly ours: (bytes: Uint8Array) => readonly string[];
}

function ext4Subjects(place: Workplace): readonly Subject[] {
  return Object.entries(featureSets).flatMap(([name, options]) => {
    const bytes = populated(place, options);
    if (bytes === undefined) return [];
    return {
      name,
      bytes,
      regions: regionsOf(place, bytes),
      theirs: (damaged) => place.check(damaged),
      ours: (damaged) => checkExt4(memoryDevice(damaged)),
    };
  });
}

async function fatSubjects(place: Workplace): Promise<readonly Subject[]> {
  const file = place.file('fat.img');
  const theirs = (bytes: Uint8Array): string => {
    writeFileSync(file, bytes);
    const verdict = judge('fsck.vfat', ['-n', file]);
    return verdict?.status === 0 ? '' : (verdict?.output ?? '');
  };
  return Promise.all(
    (['fat12', 'fat16', 'fat32'] as const).map(async (format) => {
      const device = await populatedFat(format);
      return {
        name: format,
        bytes: device.bytes,
        regions: await fatRegions(device),
        theirs,
        ours: (damaged: Uint8Array) => checkFat(memoryDevice(damaged)),
      };
    }),
  );
}

/** Damages these in turn and prints who found what. Returns the number of false alarms on what was not damaged. */
function compare(tool: string, subjects: readonly Subject[], count: number): number {
  const rows = new Map<string, Row>();
  const alarms = subjects.filter(({ name, bytes, theirs, ours }) => {
    const found = ours(bytes);
    if (found.length > 0)
      console.error(`false alarm on ${name}: ${found.slice(0, 3).join('; ')} (${tool}: ${theirs(bytes)})`);
    return found.length > 0;
  });
  for (let index = 0; index < count; index++) {
    const { name, bytes, regions, theirs, ours } = subjects[index % subjects.length]!;
    const damaged = bytes.slice();
    const { kind, how } = corrupt(damaged, regions, Number(values.seed) * 100_003 + index);
    const expected = theirs(damaged);
    const found = ours(damaged);
    const row = rows.get(kind) ?? { both: 0, missed: 0, ours: 0, harmless: 0 };
    rows.set(kind, row);
    row[expected !== '' ? (found.length > 0 ? 'both' : 'missed') : found.length > 0 ? 'ours' : 'harmless']++;
    if (values.missed && (expected === '') !== (found.length === 0))
      console.log(
        `#${index} ${name}, ${kind}, ${how}\n  ${tool}: ${essence(expected)}\n  ours: ${found.slice(0, 3).join('; ')}`,
      );
  }
  console.log(`${`found by ${tool}:`.padEnd(26)}  both theirs  ours  none  recall`);
  const total: Row = { both: 0, missed: 0, ours: 0, harmless: 0 };
  for (const [kind, row] of [...rows].sort()) {
    printRow(kind, row);
    for (const key of Object.keys(total) as (keyof Row)[]) total[key] += row[key];
  }
  printRow('all', total);
  console.log(`${alarms.length} false alarms on ${subjects.length} clean images\n`);
  return alarms.length;
}

function essence(output: string): string {
  return output.replace(/^(?:.*Pass \d.*|.*e2fsck \d.*|fsck\.fat.*|\s*)\n/gm, '').slice(0, 300);
}

async function main(): Promise<number> {
  if (!hasE2fsprogs || !hasTool('fsck.vfat')) {
    console.error('e2fsprogs and dosfstools are needed.');
    return 2;
  }
  const place = new Workplace();
  try {
    const count = Number(values.count);
    const alarms =
      compare('e2fsck', ext4Subjects(place), count) +
      compare('fsck.vfat', await fatSubjects(place), Math.ceil(count / 2));
    return alarms === 0 ? 0 : 1;
  } finally {
    place.close();
  }
}

function printRow(kind: string, { both, missed, ours, harmless }: Row): void {
  const recall = both + missed === 0 ? '' : `${((100 * both) / (both + missed)).toFixed(1)} %`;
  const numbers = [both, missed, ours, harmless].map((count) => String(count).padStart(6)).join('');
  console.log(`${kind.padEnd(26)}${numbers}  ${recall.padStart(7)}`);
}

process.exitCode = await main();
