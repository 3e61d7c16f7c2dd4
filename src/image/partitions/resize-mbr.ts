import { PiImageError } from '../../model/errors.ts';
import type { BlockDevice } from '../device.ts';
import { type Partition, sectorSize } from './partition.ts';

const entriesAt = 446;
const entrySize = 16;
const endAt = 5;
const sectorsAt = 12;
/** Cylinder, head and sector of a place beyond what those can say. */
const beyond = [0xfe, 0xff, 0xff] as const;

/** Gives a primary partition of an MBR another size in bytes, a multiple of 512. Nothing of its content changes. */
export function resizeMbrPartition(device: BlockDevice, { number }: Partition, size: number): void {
  const sectors = size / sectorSize;
  if (sectors >= 2 ** 32) {
    throw new PiImageError('image.not-supported', 'an MBR cannot describe a partition of more than 2 TiB', {
      help: 'Choose a smaller size.',
    });
  }
  const sector = new Uint8Array(sectorSize);
  device.readInto(sector, 0);
  const at = entriesAt + (number - 1) * entrySize;
  sector.set(beyond, at + endAt);
  new DataView(sector.buffer).setUint32(at + sectorsAt, sectors, true);
  device.writeFrom(sector, 0);
}
