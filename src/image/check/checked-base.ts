import { createHash } from 'node:crypto';
import type { BlockDevice } from '../device.ts';
import type { DirtyRun as Run } from '../overlay.ts';
import type { Partition } from '../partitions/partition.ts';
import { windowOf } from '../window.ts';
import type { EditedDevice } from '../zeroed-free.ts';
import { checkExt4 } from './ext4.ts';
import { Ext4Base, examineExt4, type SoundExt4 } from './ext4-edited.ts';
import { checkFat } from './fat.ts';
import { checkImage, type PartitionReport } from './image.ts';

const pieceSize = 64 * 1024;

/** What the check of a base image leaves for those of images made of it. Plain data; threads share its memory. */
export interface BaseReport {
  readonly reports: readonly PartitionReport[];
  /** Of partitions with ext4 that nothing was found wrong with. */
  readonly sound: readonly { readonly partition: Partition; readonly fileSystem: SoundExt4 }[];
}

/** Checks a base image that many images are to be made of. */
export function checkBase(base: BlockDevice): BaseReport {
  const sound: { partition: Partition; fileSystem: SoundExt4 }[] = [];
  const reports = checkImage(base, {
    fat: checkFat,
    ext4(window, partition) {
      const { messages, sound: fileSystem } = examineExt4(window);
      if (fileSystem) sound.push({ partition, fileSystem });
      return messages;
    },
  });
  return { reports, sound };
}

/**
 * A base image that was checked, so that many images which differ little from it are checked in a fraction of the time.
 * That way it is only found that nothing is wrong; what is wrong, the check of the whole tells.
 */
export class CheckedBase {
  readonly reports: readonly PartitionReport[];
  readonly #sound: readonly { readonly partition: Partition; readonly base: Ext4Base }[];
  /** Digests of what was written to partitions with FAT that were found sound: that is much alike from device to device. */
  readonly #soundFat = new Map<number, string>();

  /** `base` is the image that the report is of. */
  constructor({ reports, sound }: BaseReport, base: BlockDevice) {
    this.reports = reports;
    this.#sound = sound.map(({ partition, fileSystem }) => ({
      partition,
      base: new Ext4Base(fileSystem, windowOf(base, partition.offset, partition.size)),
    }));
  }

  /** As `checkImage`, of an image that has the bytes of the base outside of its dirty runs. */
  check(edited: EditedDevice): readonly PartitionReport[] {
    const runs = [...edited.dirtyRuns()];
    return checkImage(edited, {
      fat: (window, partition) => this.#checkFat(window, partition, runsWithin(runs, partition)),
      ext4: (window, partition) => {
        const known = this.#sound.find(({ partition: one }) => isSamePlace(one, partition));
        return known?.base.isStillSound(window, runsWithin(runs, partition)) ? [] : checkExt4(window);
      },
    });
  }

  #checkFat(window: BlockDevice, { offset }: Partition, runs: readonly Run[]): readonly string[] {
    const digest = digestOf(window, runs);
    if (this.#soundFat.get(offset) === digest) return [];
    const findings = checkFat(window);
    if (findings.length === 0) this.#soundFat.set(offset, digest);
    return findings;
  }
}

function isSamePlace(one: Partition, other: Partition): boolean {
  return one.offset === other.offset && one.size === other.size;
}

/** The parts of runs that lie in a partition, by their places in it. */
function runsWithin(runs: readonly Run[], { offset, size }: Partition): readonly Run[] {
  return runs.flatMap(({ position, length }) => {
    const from = Math.max(0, position - offset);
    const to = Math.min(size, position + length - offset);
    return from < to ? [{ position: from, length: to - from }] : [];
  });
}

/** Of a size, and of runs with their places. */
function digestOf(window: BlockDevice, runs: readonly Run[]): string {
  const hash = createHash('sha256').update(`${window.size}`);
  for (const { position, length } of runs) {
    hash.update(` ${position} ${length} `);
    for (let done = 0; done < length; done += pieceSize) {
      const piece = new Uint8Array(Math.min(pieceSize, length - done));
      window.readInto(piece, position + done);
      hash.update(piece);
    }
  }
  return hash.digest('hex');
}
