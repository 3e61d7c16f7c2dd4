import { describe, expect, it, test } from 'vitest';
import { checkFat } from '../../../src/image/check/fat.ts';
import { parseBpb } from '../../../src/image/fat/bpb.ts';
import { openFat } from '../../../src/image/fat/volume.ts';
import { PiImageError } from '../../../src/model/errors.ts';
import { formatFat } from '../../fixtures/format-fat.ts';
import { type MemoryDevice, memoryDevice } from '../../fixtures/memory-device.ts';
import { corrupt } from './corpus.ts';
import { fatRegions, populatedFat } from './fat-corpus.ts';

const formats = ['fat12', 'fat16', 'fat32'] as const;

describe.each(formats)('the checker of FAT on %s', (format) => {
  const made = populatedFat(format);
  const copy = async (): Promise<MemoryDevice> => memoryDevice((await made).bytes.slice());

  it('has nothing to say about a clean volume', async () => {
    const device = await copy();
    const before = Buffer.from(device.bytes);
    expect(checkFat(device)).toEqual([]);
    expect(checkFat(await formatFat(format))).toEqual([]);
    expect(before.equals(device.bytes)).toBe(true);
  });

  it('never ends in an error of its own, whatever it meets', async () => {
    const regions = await fatRegions(await made);
    for (let seed = 0; seed < (format === 'fat32' ? 15 : 60); seed++) {
      const device = await copy();
      for (let times = 0; times <= seed % 4; times++) corrupt(device.bytes, regions, seed * 10 + times);
      expect(() => checkFat(device)).not.toThrow();
      await openFat(device, { now: () => new Date(0) }).catch((error: unknown) => {
        expect(PiImageError.is(error)).toBe(true);
      });
    }
  });

  const damages: readonly (readonly [string, (device: MemoryDevice) => void, RegExp])[] = [
    [
      'a difference between the tables',
      ({ bytes }) =>
        void bytes.fill(
          0xff,
          parseBpb(bytes.subarray(0, 512), bytes.length).fatStart * 512 + 400,
          parseBpb(bytes.subarray(0, 512), bytes.length).fatStart * 512 + 402,
        ),
      /copies of the allocation table differ/,
    ],
    ['lost clusters', (device) => editTables(device, 700, 0xff), /belong to no file/],
    [
      'a chain into nowhere',
      (device) => editTables(device, 12, 0xee),
      /leads to cluster|in use already|is free/,
    ],
    ['a size', (device) => editEntry(device, 'CONFIG  TXT', 29, 0x7f), /CONFIG +TXT has \d+ bytes in/],
    [
      'a long name without its entry',
      (device) => editEntry(device, 'SSH        ', 0, 0xe5),
      /belong to no file|long name/,
    ],
    [
      'a directory without itself',
      (device) => editEntry(device, '.          ', 0, 0x41),
      /begin with \. and|impossible|wrong/,
    ],
  ];
  it.each(damages)('names %s', async (_what, damage, message) => {
    const device = await copy();
    damage(device);
    expect(checkFat(device).join('\n')).toMatch(message);
  });
});

/** Sets a byte in all copies of the table. */
function editTables({ bytes }: MemoryDevice, at: number, value: number): void {
  const { fatStart, fatSectors, fatCount } = parseBpb(bytes.subarray(0, 512), bytes.length);
  for (let index = 0; index < fatCount; index++)
    bytes.fill(
      value,
      (fatStart + index * fatSectors) * 512 + at,
      (fatStart + index * fatSectors) * 512 + at + 2,
    );
}

/** Sets a byte of the first directory entry with that short name. */
function editEntry({ bytes }: MemoryDevice, name: string, at: number, value: number): void {
  const entry = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(name, 0, 'latin1');
  expect(entry).toBeGreaterThan(0);
  bytes[entry + at] = value;
}

test('a volume that was mounted is not clean', async () => {
  const device = await formatFat('fat32');
  device.bytes[65] = 1;
  expect(checkFat(device).join()).toMatch(/not unmounted/);
});
