import { PiImageError } from '../../model/errors.ts';
import { detectFileSystem } from '../detect.ts';
import type { BlockDevice } from '../device.ts';
import type { Partition } from '../partitions/partition.ts';
import { readPartitionTable } from '../partitions/partition-table.ts';
import { windowOf } from '../window.ts';
import { checkExt4 } from './ext4.ts';
import { checkFat } from './fat.ts';

export interface PartitionReport {
  /** Of the partition. */
  readonly number: number;
  /** `FAT`, `ext4`, or what else was found there. */
  readonly fileSystem: string;
  /** What is wrong, one sentence each; undefined where the file system is not one that we can judge. */
  readonly findings: readonly string[] | undefined;
}

/** How file systems are checked: what is wrong with the one that fills a window, which is this partition. */
export type Checkers = Readonly<
  Record<'fat' | 'ext4', (window: BlockDevice, partition: Partition) => readonly string[]>
>;

/**
 * Checks every file system of a disk image, reading only. A broken partition table is `image.partition-table`, as when the
 * image is opened.
 */
export function checkImage(
  device: BlockDevice,
  checkers: Checkers = { fat: checkFat, ext4: checkExt4 },
): readonly PartitionReport[] {
  return readPartitionTable(device).partitions.map((partition) => {
    const window = windowOf(device, partition.offset, partition.size);
    const { type, name } = detectFileSystem(window);
    return {
      number: partition.number,
      fileSystem: name,
      findings: type === 'unknown' ? undefined : findingsOf(() => checkers[type](window, partition)),
    };
  });
}

function findingsOf(check: () => readonly string[]): readonly string[] | undefined {
  try {
    return check();
  } catch (error) {
    if (PiImageError.is(error) && error.code === 'image.not-supported') return undefined;
    throw error;
  }
}
