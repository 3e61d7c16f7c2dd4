import { describe, expect, test } from 'vitest';
import { parseBpb } from '../../../src/image/fat/bpb.ts';
import { openFat } from '../../../src/image/fat/volume.ts';
import { type FatFormat, formatFat } from '../../fixtures/format-fat.ts';
import type { MemoryDevice } from '../../fixtures/memory-device.ts';

const now = () => new Date(0);

/** Changes bytes of each copy of the allocation table. */
function changeTables(device: MemoryDevice, position: number, change: (byte: number) => number): void {
  const { fatStart, fatSectors, fatCount } = parseBpb(device.bytes.subarray(0, 512), device.size);
  for (let copy = 0; copy < fatCount; copy++) {
    const at = (fatStart + copy * fatSectors) * 512 + position;
    device.bytes[at] = change(device.bytes[at] ?? 0);
  }
}

describe.each<[FatFormat, flagByte: number, table: number, clean: number, error: number]>([
  ['fat16', 37, 3, 0x80, 0x40],
  ['fat32', 65, 7, 0x08, 0x04],
])('%s', (format, flagByte, tableByte, cleanBit, errorBit) => {
  test.each([
    ['marked as mounted', (device: MemoryDevice) => void device.bytes.fill(1, flagByte, flagByte + 1)],
    ['not shut down', (device: MemoryDevice) => changeTables(device, tableByte, (byte) => byte & ~cleanBit)],
    [
      'with disk errors',
      (device: MemoryDevice) => changeTables(device, tableByte, (byte) => byte & ~errorBit),
    ],
  ])('a volume %s is not touched', async (_, change) => {
    const device = await formatFat(format);
    await expect(openFat(device, { now })).resolves.toMatchObject({ format });
    change(device);
    await expect(openFat(device, { now })).rejects.toMatchObject({
      code: 'image.not-clean',
      help: expect.stringContaining('fsck.vfat'),
    });
  });
});

test('tables that differ are not clean', async () => {
  const device = await formatFat('fat12');
  const { fatStart, fatSectors } = parseBpb(device.bytes.subarray(0, 512), device.size);
  device.bytes[(fatStart + 2 * fatSectors) * 512 - 1] = 1;
  await expect(openFat(device, { now })).rejects.toMatchObject({
    code: 'image.not-clean',
    message: expect.stringContaining('differ'),
  });
});

test('a partition cut short is damaged, and an empty one is not FAT', async () => {
  const device = await formatFat('fat12');
  const cut = { ...device, size: device.size - 512 };
  await expect(openFat(cut, { now })).rejects.toMatchObject({ code: 'image.damaged' });
  await expect(openFat({ ...device, size: 0 }, { now })).rejects.toMatchObject({ code: 'image.damaged' });
});

test('free-space hints elsewhere than usual are refused: nobody would keep them', async () => {
  const device = await formatFat('fat32');
  device.bytes[48] = 2;
  await expect(openFat(device, { now })).rejects.toMatchObject({ code: 'image.not-supported' });
});
