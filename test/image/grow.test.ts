import { expect, test } from 'vitest';
import { checkImage } from '../../src/image/check/image.ts';
import { extendedDevice } from '../../src/image/extended-device.ts';
import { alignedImageSize, growLastPartition } from '../../src/image/grow.ts';
import { openImage } from '../../src/image/open-image.ts';
import { createOverlay } from '../../src/image/overlay.ts';
import { readPartitionTable } from '../../src/image/partitions/partition-table.ts';
import { bytesSource } from '../../src/model/content.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const mebibyte = 1024 * 1024;

test('the last partition and its file system fill an image that is made larger', async () => {
  const demo = await rawDemo();
  const before = readPartitionTable(memoryDevice(demo));
  const size = alignedImageSize(demo.length + 64 * mebibyte);
  const overlay = createOverlay(extendedDevice(memoryDevice(demo), size));
  growLastPartition(overlay, now);
  const { tree, table } = await openImage(overlay, { now });
  const [boot, root] = table.partitions;
  expect(boot).toEqual(before.partitions[0]);
  expect(root).toMatchObject({
    offset: before.partitions[1]!.offset,
    size: size - before.partitions[1]!.offset,
  });
  expect(table.diskId).toBe(before.diskId);
  tree.write('/opt-large', bytesSource(new Uint8Array(50 * mebibyte).fill(7)));
  tree.flush();
  expect(checkImage(overlay).map(({ findings }) => findings)).toEqual([[], []]);
  overlay.close();
});

test('an image that is not made larger stays as it is', async () => {
  const demo = await rawDemo();
  const overlay = createOverlay(memoryDevice(demo));
  growLastPartition(overlay, now);
  growLastPartition(overlay, now);
  expect(checkImage(overlay).map(({ findings }) => findings)).toEqual([[], []]);
  overlay.close();
});

test('what lies behind the end of the base is zeros, and never written', () => {
  const base = memoryDevice(Uint8Array.of(1, 2, 3));
  const device = extendedDevice(base, 6);
  const bytes = new Uint8Array(4).fill(9);
  device.readInto(bytes, 1);
  expect([...bytes]).toEqual([2, 3, 0, 0]);
  device.readInto(bytes.subarray(0, 2), 4);
  expect([...bytes]).toEqual([0, 0, 0, 0]);
  expect(() => device.readInto(bytes, 3)).toThrow(expect.objectContaining({ code: 'image.damaged' }));
  expect(() => device.writeFrom(bytes, 0)).toThrow(TypeError);
});

test.each([
  ['a FAT', 'FAT'],
  ['a logical', 'logical'],
])('%s partition at the end does not grow', async (_what, kind) => {
  const bytes = Buffer.from(await rawDemo());
  if (kind === 'FAT') bytes.fill(0, 446 + 16, 446 + 32);
  else bytes[446 + 16 + 4] = 0x05;
  const before = Buffer.from(bytes);
  expect(() => growLastPartition(memoryDevice(bytes), now)).toThrow(
    expect.objectContaining({
      code: kind === 'FAT' ? 'image.not-supported' : expect.stringMatching(/image\./),
    }),
  );
  expect(bytes.equals(before)).toBe(true);
});
