import { PiImageError } from '../../model/errors.ts';
import type { BlockDevice } from '../device.ts';
import { copiesAgree, tableEntry } from './allocation-table.ts';
import { type FatGeometry, parseBpb, sectorSize } from './bpb.ts';

/**
 * Reads the geometry of a volume and makes sure that it was unmounted cleanly. Only what is consistent is opened:
 * writing to anything else could destroy files.
 */
export function preflight(device: BlockDevice): FatGeometry {
  const sector = new Uint8Array(Math.min(sectorSize, device.size));
  device.readInto(sector, 0);
  const geometry = parseBpb(sector, device.size);
  if (geometry.fsInfoSector > 1) {
    throw new PiImageError(
      'image.not-supported',
      `the FAT file system keeps its free-space count in sector ${geometry.fsInfoSector} instead of 1`,
      { help: 'Use an image whose boot partition was made with the usual settings of mkfs.vfat.' },
    );
  }
  if (geometry.mountedFlag || !wasShutDown(device, geometry)) {
    throw notClean('it was not unmounted properly');
  }
  if (!copiesAgree(device, geometry)) throw notClean('the copies of its allocation table differ');
  return geometry;
}

/** Entry 1 of the table has a bit for a clean shutdown and one for no disk errors; FAT12 has no room for them. */
export function wasShutDown(device: BlockDevice, geometry: FatGeometry): boolean {
  if (geometry.format === 'fat12') return true;
  const both = geometry.format === 'fat16' ? 0xc000 : 0x0c000000;
  return (tableEntry(device, geometry, 1) & both) === both;
}

function notClean(why: string): PiImageError {
  return new PiImageError('image.not-clean', `the FAT file system is not clean: ${why}`, {
    help:
      'An image copied from a running or unplugged Pi looks like this. Use a fresh image, or repair this one first: ' +
      'run `fsck.vfat -a` on its partition (with losetup -P), or let the Pi start and shut down once.',
  });
}
