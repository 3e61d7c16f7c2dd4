import { PiImageError } from '../../model/errors.ts';
import type { BlockDevice } from '../device.ts';
import { readGpt } from './gpt.ts';
import { mbrPartitions, parseMbr } from './mbr.ts';
import { describeStart } from './no-table.ts';
import { type Partition, type PartitionTable, sectorSize } from './partition.ts';

/**
 * The partition table of a disk image, checked: every partition lies inside the image and none overlaps another.
 * Anything else is `image.partition-table`.
 */
export function readPartitionTable(device: BlockDevice): PartitionTable {
  const start = new Uint8Array(Math.min(sectorSize, device.size));
  device.readInto(start, 0);
  const mbr = parseMbr(start);
  if (mbr === undefined) throw noTable(device);
  const table: PartitionTable = mbr.protective
    ? readGpt(device)
    : { scheme: 'mbr', diskId: mbr.diskId, partitions: mbrPartitions(device, mbr) };
  const partitions = [...table.partitions].sort((a, b) => a.number - b.number);
  if (partitions.length === 0) {
    throw table.scheme === 'gpt' ? emptyTable() : noTable(device);
  }
  for (const partition of partitions) checkInside(partition, device.size);
  checkOverlaps(partitions);
  return { ...table, partitions };
}

function noTable(device: BlockDevice): PiImageError {
  const { message, help } = describeStart(device);
  return new PiImageError('image.partition-table', message, { help });
}

function emptyTable(): PiImageError {
  return new PiImageError('image.partition-table', 'the partition table of the image holds no partition', {
    help: 'Use the image of a whole SD card with a boot partition and a root partition.',
  });
}

function checkInside(partition: Partition, size: number): void {
  const { number, offset, size: length } = partition;
  if (offset < sectorSize || length <= 0 || !Number.isSafeInteger(offset + length)) {
    throw new PiImageError(
      'image.partition-table',
      `partition ${number} cannot be: it starts at ${offset} and has ${length} bytes`,
      { help: 'The partition table of the image is damaged. Download the image again.' },
    );
  }
  if (offset + length <= size) return;
  throw new PiImageError(
    'image.partition-table',
    `partition ${number} ends at ${offset + length}, but the image has only ${size} bytes`,
    {
      help: 'The image is cut off, most likely by an incomplete download or copy. Get it again and check its size.',
    },
  );
}

function checkOverlaps(partitions: readonly Partition[]): void {
  const ordered = [...partitions].sort((a, b) => a.offset - b.offset);
  for (const [index, partition] of ordered.entries()) {
    const next = ordered[index + 1];
    if (next === undefined || partition.offset + partition.size <= next.offset) continue;
    throw new PiImageError(
      'image.partition-table',
      `partition ${partition.number} (${partition.offset} to ${partition.offset + partition.size}) overlaps partition ` +
        `${next.number}, which starts at ${next.offset}`,
      {
        help: 'The partition table of the image is wrong; writing to it would destroy data. Use another image.',
      },
    );
  }
}
