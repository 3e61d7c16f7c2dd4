/*
 * Random operations on ext4 file systems of many layouts, against a model, judged by e2fsck, by our own checker and, where
 * this may mount, by the kernel. Needs e2fsprogs.
 * npm run fuzz -- --ops 500000 --seed 7
 */
import { parseArgs } from 'node:util';
import { checkExt4 } from '../src/image/check/ext4.ts';
import { openExt4 } from '../src/image/ext4/volume.ts';
import { hasE2fsprogs, type ImageOptions, memoryDevice, Workplace } from '../test/image/ext4/e2fsprogs.ts';
import { featureSets } from '../test/image/ext4/feature-sets.ts';
import { FuzzFailure, type FuzzRun, fuzz, type Reopen, replay, type Step } from '../test/image/ext4/fuzz.ts';
import { canMount, kernelDifferences } from '../test/image/ext4/kernel.ts';
import { differences } from '../test/image/ext4/model.ts';

const { values } = parseArgs({
  options: {
    ops: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    /** Only layouts whose name contains this. */
    layout: { type: 'string', default: '' },
  },
});
const roundSize = 2000;
const largeSize = 24 * 1024 ** 2;
const smallSize = 2 * 1024 ** 2;
const now = () => new Date('2026-01-02T03:04:05.678Z');

interface Round {
  readonly name: string;
  readonly options: Omit<ImageOptions, 'size'>;
  readonly size: number;
  readonly seed: number;
}

/** Runs steps on a fresh file system and returns what is wrong with it afterwards, if anything. */
function judge(place: Workplace, round: Round, run: (reopen: Reopen) => FuzzRun): FuzzRun {
  const bytes = place.make({ ...round.options, size: round.size })!;
  const reopen: Reopen = (volume) => {
    volume?.flush();
    return openExt4(memoryDevice(bytes), { now });
  };
  const result = run(reopen);
  const faults = [
    place.check(bytes),
    ...checkExt4(memoryDevice(bytes)),
    ...differences(reopen(undefined), result.model),
    ...byKernel(place, bytes, result),
  ].filter((one) => one !== '');
  if (faults.length > 0) throw new FuzzFailure(result.steps, new Error(faults.join('\n')));
  return result;
}

let mountable: boolean | undefined;
let mounts = 0;

function byKernel(place: Workplace, bytes: Uint8Array, { model }: FuzzRun): readonly string[] {
  mountable ??= canMount(place);
  const found = mountable ? kernelDifferences(place, bytes, model) : undefined;
  if (found !== undefined) mounts++;
  return found ?? [];
}

/** Leaves out as many steps as it can while the failure stays. */
function shrink(steps: readonly Step[], fails: (steps: readonly Step[]) => boolean): readonly Step[] {
  let kept = steps;
  for (
    let length = Math.ceil(kept.length / 2);
    length >= 1;
    length = length === 1 ? 0 : Math.ceil(length / 2)
  ) {
    for (let from = 0; from < kept.length; ) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + length)];
      if (fails(fewer)) kept = fewer;
      else from += length;
    }
  }
  return kept;
}

function report(place: Workplace, round: Round, failure: FuzzFailure): void {
  const fails = (steps: readonly Step[]): boolean => {
    try {
      judge(place, round, (reopen) => replay(reopen, steps));
      return false;
    } catch {
      return true;
    }
  };
  const steps = fails(failure.steps) ? shrink(failure.steps, fails) : failure.steps;
  console.error(`FAILED: ${round.name}, ${round.size} bytes, seed ${round.seed}`);
  console.error(failure.message, failure.cause);
  console.error(steps.map((step) => JSON.stringify(step)).join('\n'));
}

function main(): number {
  if (!hasE2fsprogs) {
    console.error('mke2fs, e2fsck and debugfs (e2fsprogs) are needed.');
    return 2;
  }
  const place = new Workplace();
  // An older mke2fs does not know all of them.
  const layouts = Object.entries(featureSets)
    .filter(([name]) => name.includes(values.layout))
    .filter(([, options]) => place.make({ ...options, size: largeSize }) !== undefined);
  const perLayout = new Map<string, number>();
  const totals: Record<string, number> = {};
  const operations = Number(values.ops);
  try {
    for (let done = 0, index = 0; done < operations; index++) {
      const [name, options] = layouts[index % layouts.length]!;
      // One round in three runs on a disk that becomes full.
      const size = index % 3 === 2 ? smallSize : largeSize;
      const round = { name, options, size, seed: Number(values.seed) * 1_000_003 + index };
      const count = Math.min(roundSize, operations - done);
      try {
        const shape = { names: index % 2 === 0 ? 400 : 12 };
        const { outcomes } = judge(place, round, (reopen) =>
          fuzz({ seed: round.seed, count, reopen, ...shape }),
        );
        for (const [outcome, times] of Object.entries(outcomes))
          totals[outcome] = (totals[outcome] ?? 0) + times;
        perLayout.set(name, (perLayout.get(name) ?? 0) + count);
      } catch (error) {
        if (!(error instanceof FuzzFailure)) throw error;
        report(place, round, error);
        return 1;
      }
      done += count;
    }
  } finally {
    place.close();
  }
  for (const [name, count] of perLayout) console.log(`${String(count).padStart(8)}  ${name}`);
  for (const outcome of Object.keys(totals).sort())
    console.log(`${String(totals[outcome]).padStart(8)}  ${outcome}`);
  console.log(
    `${operations} operations on ${perLayout.size} layouts: e2fsck, our own checker and the model agree with all of them; so does the kernel, which mounted ${mounts} of the file systems.`,
  );
  return 0;
}

process.exitCode = main();
