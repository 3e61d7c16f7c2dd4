import { PiImageError } from '../model/errors.ts';
import type { OsFacts } from '../model/os.ts';
import type { Tree } from '../model/tree.ts';
import type { Volume } from '../model/volume.ts';
import { type DetectedFileSystem, detectFileSystem } from './detect.ts';
import type { BlockDevice } from './device.ts';
import { openExt4 } from './ext4/volume.ts';
import { boundedText, isPresent } from './facts/bounded-text.ts';
import { type FstabEntry, parseFstab } from './facts/fstab.ts';
import { readFacts } from './facts/read-facts.ts';
import type { IsDefaultPassword } from './facts/shadow.ts';
import { openFat } from './fat/volume.ts';
import { fileSystemUuid, isSource, type PartitionNames } from './partition-source.ts';
import type { Partition, PartitionTable } from './partitions/partition.ts';
import { readPartitionTable } from './partitions/partition-table.ts';
import { mountTree } from './tree.ts';
import { windowOf } from './window.ts';

export interface MountedPartition {
  /** Of the partition. */
  readonly number: number;
  /** Path in the tree. */
  readonly at: '/' | OsFacts['bootDir'];
  readonly volume: Volume;
}

export interface OpenImage {
  readonly table: PartitionTable;
  /** Root first, then boot. */
  readonly mounts: readonly MountedPartition[];
  readonly tree: Tree;
  readonly os: OsFacts;
}

export interface OpenImageOptions {
  /** Time for what is written. */
  readonly now: () => Date;
  /** Brings ext4 file systems in order that were not unmounted, on `device`: best an overlay. @default false */
  readonly recover?: boolean;
  readonly isDefaultPassword?: IsDefaultPassword;
}

/** An image without what its system says of itself. */
export interface OpenTree extends Omit<OpenImage, 'os'> {
  readonly bootDir: OsFacts['bootDir'];
  readonly rootPartition: OsFacts['rootPartition'];
}

/**
 * Opens the image of a Pi's card: its root and boot partition as one tree, and what the system says of itself.
 * Anything that is not clearly such an image is refused, naming what was found instead.
 */
export async function openImage(device: BlockDevice, options: OpenImageOptions): Promise<OpenImage> {
  const { bootDir, rootPartition, ...open } = await openTree(device, options);
  const { isDefaultPassword } = options;
  const facts = { bootDir, rootPartition, ...(isDefaultPassword && { isDefaultPassword }) };
  return { ...open, os: readFacts(open.tree, facts) };
}

/** Leaves what the volumes have to the next image that is opened; nothing may be asked of this one afterwards. */
export function closeImage({ mounts }: Pick<OpenTree, 'mounts'>): void {
  for (const { volume } of mounts) volume.close?.();
}

/** As `openImage`, for those who know the system already, or have no questions to it. */
export async function openTree(device: BlockDevice, options: OpenImageOptions): Promise<OpenTree> {
  const table = readPartitionTable(device);
  const found = table.partitions.map((partition) => ({
    partition,
    window: windowOf(device, partition.offset, partition.size),
    fileSystem: detectFileSystem(windowOf(device, partition.offset, partition.size)),
  }));
  const root = chooseRoot(found, options);
  const fstab = readFstab(root.volume);
  const boot = await chooseBoot(found, fstab, options);
  const at = boot.at ?? bootDirectoryBy(root.volume);
  const tree = mountTree([
    { at: '/', volume: root.volume },
    { at, volume: boot.volume },
  ]);
  return {
    table,
    mounts: [
      { number: root.number, at: '/', volume: root.volume },
      { number: boot.number, at, volume: boot.volume },
    ],
    tree,
    bootDir: at,
    rootPartition: placeOf(root.number, table),
  };
}

function placeOf(number: number, { partitions }: PartitionTable): OsFacts['rootPartition'] {
  const root = partitions.find((one) => one.number === number);
  return root && { partUuid: root.partUuid, last: partitions.every(({ offset }) => offset <= root.offset) };
}

interface Found {
  readonly partition: Partition;
  readonly window: BlockDevice;
  readonly fileSystem: DetectedFileSystem;
}

interface Opened {
  readonly number: number;
  readonly volume: Volume;
}

function chooseRoot(found: readonly Found[], { now, recover = false }: OpenImageOptions): Opened {
  const candidates = found.filter(({ fileSystem }) => fileSystem.type === 'ext4');
  if (candidates.length === 0) throw unsuitable('no ext4 partition for the system', found);
  const roots = candidates
    .map(({ partition, window }) => ({
      number: partition.number,
      volume: openExt4(window, { now, recover }),
    }))
    .filter(({ volume }) => holdsSystem(volume));
  const [root] = roots;
  if (root === undefined) throw unsuitable('no ext4 partition with a system on it', found);
  if (roots.length > 1) {
    throw unsuitable(
      `a system on each of the partitions ${roots.map(({ number }) => number).join(', ')}`,
      found,
    );
  }
  return root;
}

/** Every system has these; os-release is often a link, which is all that has to be there. */
function holdsSystem(volume: Volume): boolean {
  return (
    volume.stat('/etc')?.kind === 'directory' &&
    ['/etc/os-release', '/etc/fstab', '/etc/passwd'].some((path) => volume.stat(path) !== undefined)
  );
}

function readFstab(root: Volume): readonly FstabEntry[] {
  return parseFstab(boundedText(mountTree([{ at: '/', volume: root }]), '/etc/fstab') ?? '');
}

interface Boot extends Opened {
  /** As fstab says, if it does. */
  readonly at: OsFacts['bootDir'] | undefined;
}

async function chooseBoot(
  found: readonly Found[],
  fstab: readonly FstabEntry[],
  { now }: OpenImageOptions,
): Promise<Boot> {
  const fats = found.filter(({ fileSystem }) => fileSystem.type === 'fat');
  if (fats.length === 0) throw unsuitable('no FAT partition to boot from', found);
  const opened = [];
  for (const { partition, window } of fats) {
    const volume = await openFat(window, { now });
    const { label, format } = volume;
    const uuid = format === 'memory' ? '' : fileSystemUuid(window, format);
    opened.push({ number: partition.number, volume, at: mountPointOf({ partition, label, uuid }, fstab) });
  }
  const named = opened.filter(({ at }) => at !== undefined);
  const bootable = opened.filter(({ volume }) => volume.stat('/config.txt') ?? volume.stat('/cmdline.txt'));
  for (const choice of [named, opened.length === 1 ? opened : bootable]) {
    if (choice.length === 1 && choice[0]) return choice[0];
    if (choice.length > 1) break;
  }
  throw unsuitable('no way to tell which FAT partition the system boots from', found);
}

function mountPointOf(names: PartitionNames, fstab: readonly FstabEntry[]): Boot['at'] {
  const points = fstab.filter(({ source }) => isSource(source, names)).map(({ mountPoint }) => mountPoint);
  return (['/boot/firmware', '/boot'] as const).find((directory) => points.includes(directory));
}

/** For a root whose fstab does not say. */
function bootDirectoryBy(root: Volume): OsFacts['bootDir'] {
  return isPresent(mountTree([{ at: '/', volume: root }]), '/boot/firmware') ? '/boot/firmware' : '/boot';
}

function unsuitable(what: string, found: readonly Found[]): PiImageError {
  const list = found.map(({ partition, fileSystem }) => `${partition.number}: ${fileSystem.name}`).join(', ');
  return new PiImageError('image.not-supported', `the image has ${what} (partitions ${list})`, {
    help: 'Use the image of a Raspberry Pi OS or Raspbian card: a FAT boot partition and an ext4 root partition.',
  });
}
