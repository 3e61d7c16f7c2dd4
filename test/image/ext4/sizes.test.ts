import { closeSync, openSync, rmSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ext4Volume, openExt4 } from '../../../src/image/ext4/volume.ts';
import { openFileDevice } from '../../../src/image/file-device.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { judge } from '../../fixtures/judge.ts';
import { hasE2fsprogs, Workplace } from './e2fsprogs.ts';
import { pattern } from './random.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const gibibyte = 1024 ** 3;

/** Sizes that cards have; the files are sparse. */
const images = [
  ['64 MiB, Buster', 64 * 1024 ** 2, '^64bit,^metadata_csum,^huge_file', ['-N', '16384']],
  ['64 MiB, metadata_csum', 64 * 1024 ** 2, '64bit,metadata_csum', ['-N', '16384']],
  ['1 GiB, Buster', gibibyte, '^64bit,^metadata_csum,^huge_file', []],
  ['1 GiB, metadata_csum', gibibyte, '^64bit,metadata_csum', []],
  ['16 GiB, metadata_csum', 16 * gibibyte, '^64bit,^huge_file,metadata_csum', []],
  ['16 GiB, meta_bg', 16 * gibibyte, '64bit,metadata_csum,meta_bg,^resize_inode', []],
] as const;

describe.skipIf(!hasE2fsprogs)('file systems of the size of cards', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  it.each(images)('%s', (_name, size, features, options) => {
    const file = place.file('card.img');
    closeSync(openSync(file, 'w'));
    truncateSync(file, size);
    expect(
      judge('mke2fs', ['-q', '-F', '-t', 'ext4', '-O', features, '-b', '4096', ...options, file])?.output,
    ).toBe('');
    const operate = (act: (volume: Ext4Volume) => void) => {
      const device = openFileDevice(file, { writable: true });
      const volume = openExt4(device, { now });
      act(volume);
      volume.flush();
      device.close();
      expect(judge('e2fsck', ['-fn', file])).toMatchObject({ status: 0 });
    };
    operate((volume) => {
      volume.makeDirectory('/directory');
      for (let index = 0; index < 700; index++)
        volume.write(`/directory/a-file-with-a-name-${index}`, bytesSource(pattern(index * 3, index)));
    });
    operate((volume) => volume.write('/large', bytesSource(pattern(20_000_000, 1))));
    operate((volume) => {
      for (let index = 0; index < 700; index += 2) volume.remove(`/directory/a-file-with-a-name-${index}`);
      const content = new Uint8Array(20_000_000);
      volume.open('/large').readInto(content, 0);
      expect(Buffer.compare(content, pattern(20_000_000, 1))).toBe(0);
      volume.remove('/large');
    });
    rmSync(file);
  });
});
