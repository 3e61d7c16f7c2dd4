import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExt4 } from '../../../src/image/ext4/volume.ts';
import { createOverlay } from '../../../src/image/overlay.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { pattern } from './random.ts';

const now = () => new Date('2026-01-02T03:04:05Z');

/** Compressed output encodes anew only what an edit has touched, so it should touch little. */
describe.skipIf(!hasE2fsprogs)('an edit', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  it.each([
    ['Buster', '^64bit,^metadata_csum,^huge_file'],
    ['metadata_csum', '64bit,metadata_csum'],
  ])('of a filled file system with %s touches few places', (_name, features) => {
    const bytes = place.make({
      size: 96 * 1024 ** 2,
      features,
      options: ['-b', '4096', '-g', '2048', '-N', '12000'],
    })!;
    const volume = openExt4(memoryDevice(bytes), { now });
    for (let folder = 0; folder < 40; folder++) {
      volume.makeDirectory(`/d${folder}`);
      for (let file = 0; file < 100; file++)
        volume.write(`/d${folder}/file-${file}`, bytesSource(pattern(9000, file)));
    }
    // Holes here and there, as a system that has been used has them.
    for (let folder = 0; folder < 40; folder++)
      for (let file = folder % 7; file < 100; file += 7) volume.remove(`/d${folder}/file-${file}`);
    volume.flush();
    const overlay = createOverlay(memoryDevice(bytes));
    const edited = openExt4(overlay, { now });
    for (let index = 0; index < 12; index++) {
      edited.write(`/d${index}/new-file`, bytesSource(pattern(3000, index)));
      edited.makeLink(`/d${index}/new-link`, '../d1/file-1');
    }
    edited.makeDirectory('/d3/new-directory');
    edited.write('/d3/new-directory/large', bytesSource(pattern(60_000, 1)));
    edited.flush();
    const runs = [...overlay.dirtyRuns()];
    // 12 files and the pages of their directories and inodes, one large file, and the structures of a few groups.
    expect(overlay.dirtyBytes / 4096).toBeLessThan(90);
    expect(runs.length).toBeLessThan(60);
    const changed = new Uint8Array(bytes.length);
    overlay.readInto(changed, 0);
    expect(place.check(changed)).toBe('');
    overlay.close();
  });
});
