import fc from 'fast-check';
import { imageBytes } from '../../output/contents.ts';

const words = ['the', 'quick', 'Raspberry', 'Pi', '\n', ' ', 'boot', 'ssh', '0', '\t', 'ext4'];

/** Bytes of many kinds: text, noise, short cycles, records with a counter, an image. */
export const bytesOfKinds: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 3000 }),
  fc
    .array(fc.constantFrom(...words), { minLength: 1, maxLength: 4000 })
    .map((all) => Buffer.from(all.join(''))),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3000 }))
    .map(([cycle, count]) => Buffer.concat(Array<Uint8Array>(count).fill(cycle))),
  fc.integer({ min: 1, max: 5000 }).map((count) => {
    const records = Buffer.alloc(16 * count);
    for (let index = 0; index < count; index++) records.writeUInt32LE(index * 77, 16 * index);
    return records;
  }),
  fc
    .tuple(fc.integer({ min: 1, max: 600_000 }), fc.integer({ min: 1, max: 1000 }))
    .map(([size, seed]) => imageBytes(size, seed)),
);

/** What xz compresses with. */
export const settings: fc.Arbitrary<string> = fc
  .record({
    preset: fc.constantFrom('0', '1', '3', '6', '9', '0e', '6e', '9e'),
    properties: fc.constantFrom([3, 0, 2], [0, 0, 0], [4, 0, 0], [0, 4, 4], [2, 2, 1], [1, 3, 3], [3, 1, 0]),
    dictionary: fc.constantFrom('4KiB', '64KiB', '1MiB'),
  })
  .map(
    ({ preset, properties: [lc, lp, pb], dictionary }) =>
      `--lzma2=preset=${preset},lc=${lc},lp=${lp},pb=${pb},dict=${dictionary}`,
  );
