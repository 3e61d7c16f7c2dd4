import { afterAll, beforeAll, describe } from 'vitest';
import { openExt4 } from '../../../src/image/ext4/volume.ts';
import { contractTime, describeVolume } from '../volume-contract.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { featureSets } from './feature-sets.ts';

/** The others are in the tests of operations and of random ones: each of these here takes seconds. */
const tested = [
  'Buster (no checksums, 4k)',
  'no checksums, 1k',
  'metadata_csum, 4k',
  'metadata_csum, 64bit, 1k',
  'trixie (csum_seed, orphan_file)',
  'uninit_bg, small groups',
  'meta_bg, small groups',
  'ext3 layout (no extents)',
];

describe.skipIf(!hasE2fsprogs)('the contract of all volumes', () => {
  let place: Workplace;
  const made = new Map<string, Uint8Array | undefined>();
  beforeAll(() => {
    place = new Workplace();
    for (const name of tested) made.set(name, place.make({ ...featureSets[name]!, size: 8 * 1024 ** 2 }));
  });
  afterAll(() => place.close());

  for (const name of tested) {
    describeVolume(`ext4: ${name}`, {
      create: ({ skip }) => {
        const bytes = made.get(name)?.slice();
        if (bytes === undefined) return skip('this mke2fs does not know these features');
        const open = () => openExt4(memoryDevice(bytes), { now: () => contractTime });
        const volume = open();
        return {
          volume,
          reopen: () => {
            volume.flush();
            return open();
          },
          faults: () => [place.check(bytes)].filter((fault) => fault !== ''),
        };
      },
      features: { links: true, attributes: true, caseSensitive: true, tooLarge: 16 * 1024 ** 2 },
    });
  }
});
