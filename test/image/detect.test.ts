import { expect, test } from 'vitest';
import { detectFileSystem } from '../../src/image/detect.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';

const signatures: readonly (readonly [name: string, position: number, magic: string])[] = [
  ['NTFS', 3, 'NTFS    '],
  ['exFAT', 3, 'EXFAT   '],
  ['XFS', 0, 'XFSB'],
  ['squashfs', 0, 'hsqs'],
  ['LUKS encryption', 0, 'LUKS\u00ba\u00be'],
  ['LVM', 512, 'LABELONE'],
  ['f2fs', 1024, '\u0010\u0020\u00f5\u00f2'],
  ['erofs', 1024, '\u00e2\u00e1\u00f5\u00e0'],
  ['btrfs', 64 * 1024 + 64, '_BHRfS_M'],
  ['swap', 4096 - 10, 'SWAPSPACE2'],
  ['ISO 9660', 32769, 'CD001'],
];

test.each(signatures)('%s is named', (name, position, magic) => {
  const bytes = Buffer.alloc(128 * 1024);
  bytes.write(magic, position, 'latin1');
  expect(detectFileSystem(memoryDevice(bytes))).toEqual({ type: 'unknown', name });
});

test.each([
  ['ext2', 0, 0],
  ['ext3', 4, 0],
  ['ext4', 4, 0x40],
])('%s is for the ext4 engine', (name, compatible, incompatible) => {
  const bytes = Buffer.alloc(128 * 1024);
  bytes.writeUInt16LE(0xef53, 1024 + 56);
  bytes.writeUInt32LE(compatible, 1024 + 92);
  bytes.writeUInt32LE(incompatible, 1024 + 96);
  expect(detectFileSystem(memoryDevice(bytes))).toEqual({ type: 'ext4', name });
});

test('FAT is known by its first sector', () => {
  const bytes = Buffer.alloc(512);
  bytes.set([0xeb, 0x58, 0x90]);
  bytes.writeUInt16LE(512, 11);
  bytes.set([4, 32, 0, 2], 13);
  bytes[21] = 0xf8;
  bytes.writeUInt16LE(0xaa55, 510);
  expect(detectFileSystem(memoryDevice(bytes))).toEqual({ type: 'fat', name: 'FAT' });
  bytes[13] = 3;
  expect(detectFileSystem(memoryDevice(bytes))).toEqual({ type: 'unknown', name: 'unknown' });
});

test.each([0, 1, 100, 1100, 4096])('%d bytes of zeros are empty', (size) => {
  expect(detectFileSystem(memoryDevice(size))).toEqual({ type: 'unknown', name: 'empty' });
});
