import { describe, expect, it } from 'vitest';
import { fileSystemUuid, isSource } from '../../src/image/partition-source.ts';
import { windowOf } from '../../src/image/window.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { formatFat } from '../fixtures/format-fat.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';

const names = {
  partition: {
    number: 2,
    type: '83',
    offset: 0,
    size: 512,
    name: 'root',
    partUuid: '6c586e13-02',
    bootable: false,
  },
  label: 'rootfs',
  uuid: 'a7adb26a-8b87-4729-99c8-9f5ac069d51e',
};

describe('isSource', () => {
  it.each([
    'PARTUUID=6c586e13-02',
    'PARTUUID=6C586E13-02',
    'UUID=A7ADB26A-8b87-4729-99c8-9f5ac069d51e',
    'LABEL=rootfs',
    'PARTLABEL=root',
    '/dev/mmcblk0p2',
    '/dev/nvme0n1p2',
    '/dev/sda2',
    '/dev/vdb2',
    '/dev/disk/by-partuuid/6c586e13-02',
    '/dev/disk/by-uuid/a7adb26a-8b87-4729-99c8-9f5ac069d51e',
    '/dev/disk/by-label/rootfs',
    '/dev/disk/by-partlabel/root',
  ])('%s is it', (source) => expect(isSource(source, names)).toBe(true));

  it.each([
    'PARTUUID=6c586e13-01',
    'PARTUUID=',
    'UUID=',
    'LABEL=',
    'LABEL=ROOTFS',
    'LABEL=boot',
    '/dev/mmcblk0p1',
    '/dev/mmcblk0p22',
    '/dev/mmcblk0',
    '/dev/disk/by-label/boot',
    'proc',
    'tmpfs',
    '',
    '2',
  ])('%j is not', (source) => expect(isSource(source, names)).toBe(false));

  it('does not take what has no name for what is asked without one', () => {
    const { name: _, ...partition } = names.partition;
    const nameless = { partition, label: '', uuid: '' };
    for (const source of ['LABEL=', 'UUID=', 'PARTLABEL=', 'PARTLABEL=undefined', '/dev/disk/by-uuid/'])
      expect(isSource(source, nameless), source).toBe(false);
  });
});

describe('fileSystemUuid', () => {
  it('is what blkid would print of the demo', async () => {
    const disk = memoryDevice(await rawDemo());
    const mebibyte = 1024 * 1024;
    expect(fileSystemUuid(windowOf(disk, 4 * mebibyte, 40 * mebibyte), 'fat32')).toBe('0DE3-0DE3');
    expect(fileSystemUuid(windowOf(disk, 44 * mebibyte, 64 * mebibyte), 'ext4')).toBe(
      'a7adb26a-8b87-4729-99c8-9f5ac069d51e',
    );
  });

  it('is elsewhere in smaller FAT formats', async () => {
    const device = await formatFat('fat16');
    device.bytes.set([0x78, 0x56, 0x34, 0x12], 39);
    expect(fileSystemUuid(device, 'fat16')).toBe('1234-5678');
  });
});
