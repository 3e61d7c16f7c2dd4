import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkExt4 } from '../../../src/image/check/ext4.ts';
import { type Ext4Volume, openExt4 } from '../../../src/image/ext4/volume.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { featureSets } from './feature-sets.ts';
import { fuzz } from './fuzz.ts';
import { canMount, kernelDifferences } from './kernel.ts';
import { differences } from './model.ts';

/** Operations on each file system; a long run by hand: EXT4_FUZZ_OPERATIONS=20000 EXT4_FUZZ_SEED=7. */
const count = Number(process.env['EXT4_FUZZ_OPERATIONS'] ?? 700);
const seed = Number(process.env['EXT4_FUZZ_SEED'] ?? 1);
const now = () => new Date('2026-01-02T03:04:05.678Z');

describe.skipIf(!hasE2fsprogs)('random operations', () => {
  let place: Workplace;
  let mountable = false;
  beforeAll(() => {
    place = new Workplace();
    mountable = canMount(place);
  });
  afterAll(() => place.close());

  it.each(Object.entries(featureSets))(
    'leave %s as a model says, and e2fsck content',
    (_name, options) => {
      const bytes = place.make({ ...options, size: 24 * 1024 ** 2 });
      if (bytes === undefined) return;
      const reopen = (volume: Ext4Volume | undefined): Ext4Volume => {
        volume?.flush();
        return openExt4(memoryDevice(bytes), { now });
      };
      const { model, outcomes } = fuzz({ seed, count, reopen, names: 400 });
      expect(place.check(bytes)).toBe('');
      expect(checkExt4(memoryDevice(bytes))).toEqual([]);
      expect(differences(reopen(undefined), model)).toEqual([]);
      // Undefined where this kernel does not mount such a layout.
      if (mountable) expect(kernelDifferences(place, bytes, model) ?? []).toEqual([]);
      expect(Object.keys(outcomes).filter((outcome) => !outcome.includes(':'))).toHaveLength(12);
    },
    600_000,
  );
});
