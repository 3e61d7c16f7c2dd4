/*
 * Mutated file systems and partition tables, given to everything that reads or changes them: only errors of our own may come
 * of it, and nothing may take long. Needs e2fsprogs. npx tsx scripts/fuzz-parsers.ts --count 100000 --seed 1
 */
import { parseArgs } from 'node:util';
import { gptDisk, putMbr } from '../test/fixtures/partition-tables.ts';
import { populated, type Region, regionsOf } from '../test/image/check/corpus.ts';
import { fatRegions, populatedFat } from '../test/image/check/fat-corpus.ts';
import {
  ext4Victim,
  fatVictim,
  imageVictim,
  type Mutation,
  mutationOf,
  torture,
  type Victim,
} from '../test/image/check/mutations.ts';
import { hasE2fsprogs, Workplace } from '../test/image/ext4/e2fsprogs.ts';
import { featureSets } from '../test/image/ext4/feature-sets.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' } },
});
/** Milliseconds that one image may take; the usual is ten. */
const longest = 20_000;

interface Target {
  readonly name: string;
  readonly image: Uint8Array;
  readonly regions: readonly Region[];
  readonly victim: Victim;
  /** How many of a hundred mutations it gets. */
  readonly share: number;
}

async function targets(place: Workplace): Promise<readonly Target[]> {
  const ext4 = Object.entries(featureSets).flatMap(([name, options]) => {
    const image = populated(place, options);
    if (image === undefined) return [];
    // Where there are checksums, most mutations are refused at once.
    const share = /csum|uninit|128-byte inodes, m/.test(name) ? 2 : 8;
    return { name, image, regions: regionsOf(place, image), victim: ext4Victim, share };
  });
  const fat = await Promise.all(
    (['fat12', 'fat16', 'fat32'] as const).map(async (name) => {
      const device = await populatedFat(name);
      return { name, image: device.bytes, regions: await fatRegions(device), victim: fatVictim, share: 4 };
    }),
  );
  const mbr = new Uint8Array(2 * 1024 ** 2);
  putMbr(mbr, [
    { slot: 0, type: 0x0c, start: 64, sectors: 1000 },
    { slot: 1, type: 0x05, start: 1100, sectors: 2000 },
  ]);
  putMbr(
    mbr,
    [
      { slot: 0, type: 0x83, start: 10, sectors: 100 },
      { slot: 1, type: 0x05, start: 200, sectors: 300 },
    ],
    1100 * 512,
  );
  putMbr(mbr, [{ slot: 0, type: 0x83, start: 10, sectors: 100 }], 1300 * 512);
  const gpt = gptDisk(4096, [
    { slot: 0, first: 64, last: 1000, name: 'boot' },
    { slot: 1, first: 1001, last: 3000, name: 'root' },
  ]);
  const sectors = (kind: string, ...numbers: number[]): readonly Region[] =>
    numbers.map((number) => ({ kind, position: number * 512, length: 512 }));
  const mbrRegions = [{ kind: 'table', position: 440, length: 72 }, ...sectors('extended', 1100, 1300)];
  return [
    ...ext4,
    ...fat,
    { name: 'MBR', image: mbr, regions: mbrRegions, victim: imageVictim, share: 8 },
    { name: 'GPT', image: gpt, regions: sectors('GPT', 0, 1, 2, 4095), victim: imageVictim, share: 8 },
  ];
}

/** Takes changes away as long as it still fails. */
async function shrink(target: Target, mutation: Mutation): Promise<Mutation> {
  let kept = mutation;
  for (let index = 0; index < kept.length; ) {
    const fewer = kept.filter((_, at) => at !== index);
    if ((await failureOf(target, fewer)) === undefined) index++;
    else kept = fewer;
  }
  return kept;
}

async function failureOf({ image, victim }: Target, mutation: Mutation): Promise<unknown> {
  const started = performance.now();
  try {
    await torture(image, mutation, victim);
  } catch (error) {
    return error;
  }
  const milliseconds = Math.round(performance.now() - started);
  return milliseconds > longest ? new Error(`it took ${milliseconds} ms`) : undefined;
}

async function main(): Promise<number> {
  if (!hasE2fsprogs) {
    console.error('mke2fs, e2fsck and debugfs (e2fsprogs) are needed.');
    return 2;
  }
  const place = new Workplace();
  try {
    const all = await targets(place);
    const schedule = all.flatMap((target) => Array.from({ length: target.share }, () => target));
    const done: Record<string, number> = {};
    for (let index = 0; index < Number(values.count); index++) {
      const target = schedule[index % schedule.length]!;
      const seed = Number(values.seed) * 10_000_019 + index;
      const mutation = mutationOf(target.regions, seed);
      const failure = await failureOf(target, mutation);
      if (failure !== undefined) {
        console.error(`FAILED: ${target.name}, seed ${seed}`, failure);
        for (const { position, bytes } of await shrink(target, mutation))
          console.error(`  ${Buffer.from(bytes).toString('hex')} at ${position}`);
        return 1;
      }
      done[target.name] = (done[target.name] ?? 0) + 1;
    }
    console.table(done);
    console.log(`${values.count} mutations: only errors of our own, and none that took long.`);
    return 0;
  } finally {
    place.close();
  }
}

process.exitCode = await main();
