import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { pattern } from './random.ts';

const now = () => new Date('2026-01-02T03:04:05Z');

describe.skipIf(!hasE2fsprogs)('a file in many pieces', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  it.each([
    ['extents', '64bit,metadata_csum,^has_journal', /\(ETB2\)|ETB/],
    ['block pointers', '^extent,^64bit,^metadata_csum,^has_journal', /DIND/],
  ])('has a tree of %s of several levels', (_name, features, tree) => {
    const bytes = place.make({ size: 3 * 1024 ** 2, features, options: ['-b', '1024', '-N', '3000'] })!;
    const volume = openExt4(memoryDevice(bytes), { now });
    volume.makeDirectory('/small');
    const count = 1600;
    for (let index = 0; index < count; index++)
      volume.write(`/small/${index}`, bytesSource(pattern(1000, index)));
    volume.write('/rest', bytesSource(new Uint8Array(volume.space().free - 8 * 1024)));
    for (let index = 0; index < count; index += 2) volume.remove(`/small/${index}`);
    const size = 750 * 1024;
    volume.write('/pieces', bytesSource(pattern(size, 7)));
    volume.flush();
    expect(place.check(bytes)).toBe('');
    const stat = place.debug(bytes, ['stat /pieces', 'dump_extents -n /pieces']);
    expect(stat).toMatch(tree);
    if (features.startsWith('64bit')) expect(stat).toMatch(/^ *1\/ *2/m);
    const read = () => {
      const content = new Uint8Array(openExt4(memoryDevice(bytes), { now }).stat('/pieces')!.size);
      openExt4(memoryDevice(bytes), { now }).open('/pieces').readInto(content, 0);
      return content;
    };
    expect(Buffer.compare(read(), pattern(size, 7))).toBe(0);
    volume.resize('/pieces', 200_500);
    volume.append('/pieces', bytesSource(pattern(100_000, 8)));
    volume.flush();
    expect(place.check(bytes)).toBe('');
    const expected = Buffer.concat([pattern(size, 7).subarray(0, 200_500), pattern(100_000, 8)]);
    expect(Buffer.compare(read(), expected)).toBe(0);
    volume.remove('/pieces');
    volume.flush();
    expect(place.check(bytes)).toBe('');
  });

  it('reads reserved blocks that were never written as zeros', () => {
    const bytes = place.make({
      size: 8 * 1024 ** 2,
      features: '64bit,metadata_csum',
      options: ['-b', '1024'],
    })!;
    bytes.fill(0xee, 3 * 1024 ** 2, 3.2 * 1024 ** 2);
    place.debug(bytes, ['write /dev/null file', 'fallocate file 0 99', 'sif file size 100000'], ['-w']);
    expect(place.check(bytes)).toBe('');
    const volume = openExt4(memoryDevice(bytes), { now });
    const content = new Uint8Array(100_000).fill(1);
    volume.open('/file').readInto(content, 0);
    expect(content.every((byte) => byte === 0)).toBe(true);
    volume.append('/file', bytesSource(pattern(5000, 1)));
    volume.resize('/file', 60_001);
    volume.flush();
    expect(place.check(bytes)).toBe('');
    volume.open('/file').readInto(content.subarray(0, 60_001), 0);
    expect(content.every((byte) => byte === 0)).toBe(true);
  });
});
