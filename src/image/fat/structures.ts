import type { FatFs } from 'js-fatfs';
import { PiImageError } from '../../model/errors.ts';
import { type FatGeometry, sectorSize } from './bpb.ts';

/**
 * Fields of FatFs' own structures (ff.h, R0.15) as js-fatfs 0.2.1 is built: 32-bit pointers, long names, sectors up
 * to 4096 bytes, no exFAT, no file lock. `checkMounted` would refuse every volume if they ever moved.
 */
const clusterSectors = 10;
const entryCount = 28;
const volumeBase = 36;
const window = 56;
const entrySector = 32;
const entryPointer = 36;

/** FatFs decides for itself where a volume lies; anything but what we checked before would be written wrongly. */
export function checkMounted(ff: FatFs, volume: number, geometry: FatGeometry): void {
  const view = new DataView(ff.HEAPU8.buffer, volume, window);
  if (
    view.getUint32(volumeBase, true) === 0 &&
    view.getUint32(entryCount, true) === geometry.clusters + 2 &&
    view.getUint16(clusterSectors, true) * sectorSize === geometry.clusterSize
  ) {
    return;
  }
  throw new PiImageError(
    'image.not-supported',
    'the FAT file system cannot be edited: its layout is unusual',
    {
      help: 'Use an image whose boot partition was made with the usual settings of mkfs.vfat.',
    },
  );
}

/** Where the directory entry of a file lies that was opened for reading just now. */
export function entryOnDevice(
  ff: FatFs,
  volume: number,
  file: number,
): { readonly sector: number; readonly offset: number } {
  const view = new DataView(ff.HEAPU8.buffer, file, entryPointer + 4);
  const offset = view.getUint32(entryPointer, true) - (volume + window);
  return { sector: view.getUint32(entrySector, true), offset };
}
