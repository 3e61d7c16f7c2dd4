import { PiImageError } from '../model/errors.ts';
import { detectFileSystem } from './detect.ts';
import type { BlockDevice } from './device.ts';
import { growExt4 } from './ext4/grow.ts';
import { type Partition, sectorSize } from './partitions/partition.ts';
import { readPartitionTable } from './partitions/partition-table.ts';
import { resizeMbrPartition } from './partitions/resize-mbr.ts';
import { windowOf } from './window.ts';

/** Sizes of images and partitions are multiples of this: what the erase blocks of cards like. */
const alignment = 4 * 1024 * 1024;

/**
 * Lets the last partition of an image, and the ext4 file system in it, fill the device up to its end. To be done before the
 * image is opened, on an overlay over an `extendedDevice`.
 */
export function growLastPartition(device: BlockDevice, now: () => Date): void {
  const table = readPartitionTable(device);
  const last = table.partitions.reduce((a, b) => (b.offset > a.offset ? b : a));
  if (table.scheme !== 'mbr' || last.number > 4) {
    throw unable(last, 'only the primary partitions of an MBR can grow');
  }
  if (detectFileSystem(windowOf(device, last.offset, last.size)).type !== 'ext4') {
    throw unable(last, 'it does not hold an ext4 file system');
  }
  const size = Math.floor((device.size - last.offset) / sectorSize) * sectorSize;
  if (size < last.size) return;
  resizeMbrPartition(device, last, size);
  growExt4(windowOf(device, last.offset, size), now);
}

/** `size` rounded up to what images should have. */
export function alignedImageSize(size: number): number {
  return Math.ceil(size / alignment) * alignment;
}

function unable({ number }: Partition, why: string): PiImageError {
  return new PiImageError('image.not-supported', `partition ${number}, the last one, cannot grow: ${why}`, {
    help: 'Build without another size; Raspbian fills the card at its first boot by itself.',
  });
}
