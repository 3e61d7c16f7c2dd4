import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ext4Volume, openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { fuzz } from './fuzz.ts';
import { differences } from './model.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const noSpace = expect.objectContaining({ code: 'image.no-space' });
const layouts = [
  ['no checksums', '^64bit,^metadata_csum,^has_journal'],
  ['metadata_csum', '64bit,metadata_csum,^has_journal'],
  ['no extents', '^extent,^64bit,^metadata_csum,^has_journal'],
] as const;

describe.skipIf(!hasE2fsprogs)('a full file system', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  const make = (features: string, size: number, inodes: number): Uint8Array =>
    place.make({ size, features, options: ['-b', '1024', '-N', String(inodes)] })!;

  it.each(layouts)('with %s stays clean through random operations', (_name, features) => {
    const bytes = make(features, 1024 ** 2, 512);
    const reopen = (volume: Ext4Volume | undefined): Ext4Volume => {
      volume?.flush();
      return openExt4(memoryDevice(bytes), { now });
    };
    const { model, outcomes } = fuzz({ seed: 3, count: 1500, reopen, names: 100, largest: 400_000 });
    const refused = Object.entries(outcomes).filter(([outcome]) => outcome.endsWith('image.no-space'));
    expect(refused.reduce((sum, [, times]) => sum + times, 0)).toBeGreaterThan(20);
    expect(place.check(bytes)).toBe('');
    expect(differences(reopen(undefined), model)).toEqual([]);
  });

  it.each(layouts)('with %s is the same, bit for bit, after what it refused', (_name, features) => {
    const bytes = make(features, 2 * 1024 ** 2, 64);
    const volume = openExt4(memoryDevice(bytes), { now });
    volume.makeDirectory('/directory');
    volume.write('/kept', bytesSource(new Uint8Array(300_000).fill(1)));
    volume.flush();
    const before = bytes.slice();
    const tooLong = volume.space().free - 3 * 1024;
    const refused = [
      () => volume.write('/large', { size: 4 * 1024 ** 2, readInto: () => {} }),
      () => volume.write('/kept', { size: 4 * 1024 ** 2, readInto: () => {} }),
    ];
    for (const act of refused) expect(act).toThrow(noSpace);
    volume.flush();
    expect(Buffer.compare(before, bytes)).toBe(0);
    // Fills the disk to the last few blocks, where extents, index blocks and directories run out of room, too.
    volume.write('/large', bytesSource(new Uint8Array(tooLong - 20 * 1024).fill(2)));
    let made = 0;
    expect(() => {
      for (; ; made++) volume.write(`/directory/${'n'.repeat(200)}${made}`, bytesSource(new Uint8Array(1)));
    }).toThrow(noSpace);
    expect(made).toBeGreaterThan(2);
    // A new leaf of the index may have been what was missing; now nothing is left at all.
    volume.write('/rest', bytesSource(new Uint8Array(volume.space().free).fill(3)));
    volume.flush();
    const full = bytes.slice();
    expect(() => volume.makeLink('/slow', 'x'.repeat(500))).toThrow(noSpace);
    expect(() => volume.makeDirectory('/another')).toThrow(noSpace);
    volume.flush();
    expect(Buffer.compare(full, bytes)).toBe(0);
    expect(place.check(bytes)).toBe('');
  });

  it.each(layouts)('with %s and no inode left refuses one more entry', (_name, features) => {
    const bytes = make(features, 2 * 1024 ** 2, 32);
    const volume = openExt4(memoryDevice(bytes), { now });
    const { freeInodes } = volume.space();
    for (let index = 0; index < freeInodes; index++) volume.makeLink(`/link${index}`, 'target');
    volume.flush();
    const full = bytes.slice();
    for (const act of [
      () => volume.write('/file', bytesSource(new Uint8Array(1))),
      () => volume.makeDirectory('/directory'),
      () => volume.makeLink('/link', 'target'),
    ]) {
      expect(act).toThrow(noSpace);
    }
    volume.flush();
    expect(Buffer.compare(full, bytes)).toBe(0);
    expect(volume.space().freeInodes).toBe(0);
    expect(place.check(bytes)).toBe('');
    volume.remove('/link0');
    volume.makeDirectory('/link0');
  });

  it('replaces a file that fills more than half of it', () => {
    const bytes = make('64bit,metadata_csum,^has_journal', 2 * 1024 ** 2, 64);
    const volume = openExt4(memoryDevice(bytes), { now });
    const size = Math.floor(volume.space().free * 0.8);
    volume.write('/file', bytesSource(new Uint8Array(size).fill(1)));
    const brokenOff = {
      size,
      readInto: (target: Uint8Array, position: number) => {
        if (position > size / 2) throw new Error('the source broke off');
        target.fill(3);
      },
    };
    const content = new Uint8Array(size + 1000);
    expect(() => volume.write('/file', brokenOff)).toThrow('the source broke off');
    volume.open('/file').readInto(content.subarray(0, size), 0);
    expect(content.subarray(0, size).every((byte) => byte === 1)).toBe(true);
    volume.write('/file', bytesSource(new Uint8Array(size + 1000).fill(2)));
    volume.open('/file').readInto(content, 0);
    expect(content.every((byte) => byte === 2)).toBe(true);
    volume.flush();
    expect(place.check(bytes)).toBe('');
    volume.open('/file').readInto(content.fill(0), 0);
    expect(content.every((byte) => byte === 2)).toBe(true);
  });
});
