import type { BlockDevice } from './device.ts';
import type { Partition } from './partitions/partition.ts';

/** What a line of fstab may call a partition by. */
export interface PartitionNames {
  readonly partition: Partition;
  readonly label: string;
  /** As blkid prints it: `ABCD-1234` on FAT, a lower-case UUID on ext4. '' when unknown. */
  readonly uuid: string;
}

/** Whether the first field of an fstab line (fstab(5)) means this partition. Disks other than the Pi's card count as it. */
export function isSource(source: string, { partition, label, uuid }: PartitionNames): boolean {
  const [tag, value] = tagOf(source);
  switch (tag) {
    case 'PARTUUID':
      return same(value, partition.partUuid);
    case 'UUID':
      return same(value, uuid);
    case 'LABEL':
      return value !== '' && value === label;
    case 'PARTLABEL':
      return value !== '' && value === partition.name;
    default:
      return deviceNumber(source) === partition.number;
  }
}

function tagOf(source: string): readonly [tag: string, value: string] {
  const link = /^\/dev\/disk\/by-(partuuid|uuid|label|partlabel)\/(.+)$/.exec(source);
  if (link) return [(link[1] ?? '').toUpperCase(), link[2] ?? ''];
  const equals = source.indexOf('=');
  return equals < 0 ? ['', ''] : [source.slice(0, equals), source.slice(equals + 1)];
}

/** The number in `/dev/mmcblk0p2`, `/dev/nvme0n1p2` or `/dev/sda2`. */
function deviceNumber(source: string): number | undefined {
  const match = /^\/dev\/(?:mmcblk\d+p|nvme\d+n\d+p|(?:sd|vd|hd)[a-z])(\d{1,3})$/.exec(source);
  return match ? Number(match[1]) : undefined;
}

const same = (a: string, b: string): boolean => a !== '' && a.toLowerCase() === b.toLowerCase();

/** The id of a file system as blkid prints it. `device` is the partition. */
export function fileSystemUuid(device: BlockDevice, format: 'fat12' | 'fat16' | 'fat32' | 'ext4'): string {
  if (format === 'ext4') {
    const hex = bytesAt(device, 1024 + 0x68, 16).toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
  const serial = bytesAt(device, format === 'fat32' ? 67 : 39, 4);
  return serial
    .reverse()
    .toString('hex')
    .toUpperCase()
    .replace(/^(.{4})/, '$1-');
}

function bytesAt(device: BlockDevice, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  device.readInto(bytes, position);
  return bytes;
}
