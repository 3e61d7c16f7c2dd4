import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { rawDemo } from '../../fixtures/demo.ts';
import { hasE2fsprogs, Workplace } from '../ext4/e2fsprogs.ts';
import { featureSets } from '../ext4/feature-sets.ts';
import { populated, regionsOf } from './corpus.ts';
import { fatRegions, populatedFat } from './fat-corpus.ts';
import { ext4Victim, fatVictim, imageVictim, mutationOf, torture } from './mutations.ts';

/** A few hundred; `scripts/fuzz-parsers.ts` does as many as one likes. */
const count = 150;

describe.skipIf(!hasE2fsprogs)('a mutated ext4 file system', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  it.each([
    'no checksums, 1k',
    'ext3 layout (no extents)',
    'meta_bg without sparse_super, flex_bg, checksums',
  ])('with %s is read, changed or refused, and never more than that', async (name) => {
    const image = populated(place, featureSets[name]!)!;
    const regions = regionsOf(place, image);
    for (let seed = 0; seed < count; seed++)
      await expect(torture(image, mutationOf(regions, seed), ext4Victim)).resolves.toBeUndefined();
  });
});

test.each(['fat12', 'fat16'] as const)('a mutated %s is read, changed or refused', async (format) => {
  const device = await populatedFat(format);
  const regions = await fatRegions(device);
  for (let seed = 0; seed < count / 3; seed++)
    await expect(torture(device.bytes, mutationOf(regions, seed), fatVictim)).resolves.toBeUndefined();
});

test('a mutated partition table is read or refused', async () => {
  const image = await rawDemo();
  const regions = [{ kind: 'partition table', position: 440, length: 72 }];
  for (let seed = 0; seed < count; seed++)
    await expect(torture(image, mutationOf(regions, seed), imageVictim)).resolves.toBeUndefined();
});
