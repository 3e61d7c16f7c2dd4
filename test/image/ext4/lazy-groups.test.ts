import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const layouts = [
  ['metadata_csum', '64bit,metadata_csum,^has_journal'],
  ['uninit_bg', '^64bit,^metadata_csum,uninit_bg,^has_journal'],
  ['uninit_bg, no flex_bg', '^64bit,^metadata_csum,uninit_bg,^flex_bg,^has_journal'],
] as const;

/** Groups that mke2fs left for later: bitmaps and inode tables hold whatever was on the disk. */
describe.skipIf(!hasE2fsprogs)('groups that were never written to', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  it.each(layouts)('with %s are initialised as they come into use', (_name, features) => {
    const bytes = place.make({
      size: 8 * 1024 ** 2,
      features,
      options: ['-b', '1024', '-g', '1024', '-N', '1040'],
      extended: ['nodiscard', 'lazy_itable_init=1'],
      before: 0xaa,
    })!;
    const volume = openExt4(memoryDevice(bytes), { now });
    const uninitialised = () => place.debug(bytes, ['stats']).match(/not init/gi)?.length ?? 0;
    const before = uninitialised();
    expect(before).toBeGreaterThan(8);
    // One inode after the other, so that the used part of a table ends within a block, too.
    for (let index = 0; volume.space().freeInodes > 0; index++) {
      volume.write(`/${index}`, bytesSource(new Uint8Array(3000).fill(index)));
      if (index % 50 > 5) continue;
      volume.flush();
      expect(place.check(bytes)).toBe('');
    }
    volume.flush();
    expect(place.check(bytes)).toBe('');
    expect(uninitialised()).toBeLessThan(before / 2);
  });
});
