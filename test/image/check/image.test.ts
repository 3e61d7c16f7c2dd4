import { expect, test } from 'vitest';
import { checkImage } from '../../../src/image/check/image.ts';
import { readPartitionTable } from '../../../src/image/partitions/partition-table.ts';
import { rawDemo } from '../../fixtures/demo.ts';
import { memoryDevice } from '../../fixtures/memory-device.ts';

test('the demonstration image is clean', async () => {
  expect(checkImage(memoryDevice(await rawDemo()))).toEqual([
    { number: 1, fileSystem: 'FAT', findings: [] },
    { number: 2, fileSystem: 'ext4', findings: [] },
  ]);
});

test('what is wrong is told for each partition', async () => {
  const bytes = Buffer.from(await rawDemo());
  const [boot, root] = readPartitionTable(memoryDevice(bytes)).partitions;
  bytes[boot!.offset + 32 * 512 + 100] = 0x55;
  bytes.writeUInt16LE(2, root!.offset + 1024 + 58);
  const [first, second] = checkImage(memoryDevice(bytes));
  expect(first?.findings).not.toEqual([]);
  expect(second?.findings?.join()).toMatch(/errors/);
});

test('a partition of another kind is named and not judged', async () => {
  const bytes = Buffer.from(await rawDemo());
  const [, root] = readPartitionTable(memoryDevice(bytes)).partitions;
  bytes.fill(0, root!.offset, root!.offset + root!.size);
  bytes.write('XFSB', root!.offset, 'latin1');
  expect(checkImage(memoryDevice(bytes))[1]).toEqual({ number: 2, fileSystem: 'XFS', findings: undefined });
});
