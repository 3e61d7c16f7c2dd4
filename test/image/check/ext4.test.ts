import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkExt4 } from '../../../src/image/check/ext4.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from '../ext4/e2fsprogs.ts';
import { featureSets } from '../ext4/feature-sets.ts';
import { corrupt, populated, regionsOf } from './corpus.ts';

/** Damages for each layout; `scripts/check-recall.ts` tries many more. */
const damages = 9;
const layouts = [
  'Buster (no checksums, 4k)',
  'metadata_csum, 64bit, 1k',
  'trixie (csum_seed, orphan_file)',
  'uninit_bg, small groups',
  'ext3 layout (no extents)',
  'meta_bg without sparse_super, flex_bg, checksums',
];

describe.skipIf(!hasE2fsprogs)('the checker of ext4', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  it.each(Object.entries(featureSets))('has nothing to say about a clean one with %s', (_name, options) => {
    const bytes = populated(place, options);
    if (bytes === undefined) return;
    const before = createHash('sha256').update(bytes).digest('hex');
    expect(place.check(bytes)).toBe('');
    expect(checkExt4(memoryDevice(bytes))).toEqual([]);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(before);
  });

  it('finds what e2fsck finds in damaged ones', () => {
    const missed: string[] = [];
    let found = 0;
    for (const [index, name] of layouts.entries()) {
      const bytes = populated(place, featureSets[name]!);
      if (bytes === undefined) continue;
      const regions = regionsOf(place, bytes);
      for (let number = 0; number < damages; number++) {
        const damaged = bytes.slice();
        const { kind, how } = corrupt(damaged, regions, index * 1000 + number);
        const verdict = place.check(damaged);
        if (verdict === '') continue;
        if (checkExt4(memoryDevice(damaged)).length > 0) found++;
        else missed.push(`${name}, ${kind}, ${how}: ${verdict}`);
      }
    }
    expect(missed).toEqual([]);
    expect(found).toBeGreaterThan(25);
  });

  const request =
    (...requests: readonly string[]) =>
    (bytes: Uint8Array) => {
      place.debug(bytes, requests, ['-w']);
    };
  it.each([
    ['a file that no directory names', request('unlink /etc/short'), /no directory names it/],
    ['a name without an inode', request('freei /etc/short'), /is free|not in use|does not fit/],
    ['a link count', request('sif /etc/large links_count 7'), /counts 7 links, but has 2/],
    ['a size', request('sif /etc/large size 5'), /has 5 bytes, but blocks for/],
    ['a count of sectors', request('sif /etc/large blocks 3'), /counts 3 sectors/],
    ['a free block in use', request('freeb 900 1000'), /free that are in use|does not fit/],
    ['a second name for a directory', request('ln /etc/below /second'), /second name for directory/],
    ['an orphaned directory', request('unlink /etc/below'), /cannot be reached from the root/],
    ['a type that cannot be', request('sif /etc/short mode 0150777'), /of an unknown type/],
    ['a time of deletion', request('sif /etc/large dtime 5'), /has a time of deletion/],
    ['an unclean state', request('ssv state 2'), /not unmounted cleanly/],
  ] as const)('names %s', (_what, damage, message) => {
    const bytes = populated(place, featureSets['no checksums, 1k']!)!;
    damage(bytes);
    expect(checkExt4(memoryDevice(bytes)).join('\n')).toMatch(message);
  });

  it('does not judge what it does not know', () => {
    const bytes = place.make({
      size: 24 * 1024 ** 2,
      features: '64bit,metadata_csum,bigalloc',
      options: ['-b', '1024', '-C', '16384'],
    })!;
    expect(() => checkExt4(memoryDevice(bytes))).toThrow(
      expect.objectContaining({ code: 'image.not-supported' }),
    );
  });
});
