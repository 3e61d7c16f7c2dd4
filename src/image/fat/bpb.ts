import { PiImageError } from '../../model/errors.ts';

export const sectorSize = 512;

/** Where things are in a FAT volume. Sectors count from the start of the volume. */
export interface FatGeometry {
  readonly format: 'fat12' | 'fat16' | 'fat32';
  readonly sectors: number;
  /** Bytes. */
  readonly clusterSize: number;
  /** Data clusters; they are numbered from 2. */
  readonly clusters: number;
  readonly fatStart: number;
  readonly fatSectors: number;
  readonly fatCount: number;
  /** First sector of the fixed root directory of FAT12 and FAT16; 0 entries on FAT32. */
  readonly rootStart: number;
  readonly rootEntries: number;
  /** FAT32 only, else 0. */
  readonly rootCluster: number;
  readonly dataStart: number;
  /** Sector of the free-space hints of FAT32; 0 when there is none. */
  readonly fsInfoSector: number;
  /** Linux and Windows set a bit here while the volume is mounted. */
  readonly mountedFlag: boolean;
  readonly label: string;
}

/** Whether a first sector is plausibly that of a FAT volume; `parseBpb` is the strict judge. */
export function looksLikeFat(sector: Uint8Array): boolean {
  if (sector.length < sectorSize || sector[510] !== 0x55 || sector[511] !== 0xaa) return false;
  const view = viewOf(sector);
  const bytesPerSector = view.getUint16(11, true);
  const media = view.getUint8(21);
  return (
    [0xe9, 0xeb].includes(view.getUint8(0)) &&
    [512, 1024, 2048, 4096].includes(bytesPerSector) &&
    isPowerOfTwo(view.getUint8(13)) &&
    view.getUint16(14, true) > 0 &&
    [1, 2].includes(view.getUint8(16)) &&
    (media === 0xf0 || media >= 0xf8)
  );
}

/**
 * Reads and checks the BIOS parameter block in the first sector of a volume of `size` bytes: nothing it says can
 * lead outside the volume afterwards. Source: Microsoft's FAT specification 1.03.
 */
export function parseBpb(sector: Uint8Array, size: number): FatGeometry {
  if (!looksLikeFat(sector)) throw damaged('its first sector is not that of a FAT file system');
  const view = viewOf(sector);
  const bytesPerSector = view.getUint16(11, true);
  if (bytesPerSector !== sectorSize) throw unsupported(`its sectors have ${bytesPerSector} bytes, not 512`);
  const sectorsPerCluster = view.getUint8(13);
  const fatStart = view.getUint16(14, true);
  const fatCount = view.getUint8(16);
  const rootEntries = view.getUint16(17, true);
  const shortFatSectors = view.getUint16(22, true);
  const wide = shortFatSectors === 0;
  const fatSectors = shortFatSectors || view.getUint32(36, true);
  const sectors = view.getUint16(19, true) || view.getUint32(32, true);
  if (sectors * sectorSize > size) {
    throw damaged(`it says that it has ${sectors * sectorSize} bytes, but its partition has only ${size}`);
  }
  if (rootEntries % 16 !== 0) throw damaged(`its root directory ends within a sector`);
  const rootStart = fatStart + fatCount * fatSectors;
  const dataStart = rootStart + rootEntries / 16;
  if (fatSectors === 0 || dataStart >= sectors) throw damaged('its tables do not fit into it');
  const clusters = Math.floor((sectors - dataStart) / sectorsPerCluster);
  const format = formatOf(clusters, wide);
  if (fatSectors * sectorSize < tableBytes(format, clusters)) {
    throw damaged(`its allocation table has no room for its ${clusters} clusters`);
  }
  if ((format === 'fat32') !== (rootEntries === 0))
    throw damaged('the place of its root directory is unclear');
  const geometry = {
    format,
    sectors,
    clusterSize: sectorsPerCluster * sectorSize,
    clusters,
    fatStart,
    fatSectors,
    fatCount,
    rootStart,
    rootEntries,
    dataStart,
  };
  if (format !== 'fat32') {
    return {
      ...geometry,
      rootCluster: 0,
      fsInfoSector: 0,
      mountedFlag: isMounted(view, 37),
      label: labelAt(view, 38),
    };
  }
  return {
    ...geometry,
    ...wideFields(view, clusters, fatStart),
    mountedFlag: isMounted(view, 65),
    label: labelAt(view, 66),
  };
}

/** What only FAT32 has. */
function wideFields(view: DataView, clusters: number, fatStart: number) {
  if (view.getUint16(42, true) !== 0) throw unsupported('its version of FAT32 is unknown');
  if ((view.getUint16(40, true) & 0x80) !== 0)
    throw unsupported('it keeps only one of its allocation tables');
  const rootCluster = view.getUint32(44, true);
  if (rootCluster < 2 || rootCluster >= clusters + 2) throw damaged('its root directory lies outside of it');
  const fsInfo = view.getUint16(48, true);
  if (fsInfo !== 0xffff && fsInfo >= fatStart) throw damaged('its free-space sector lies in the tables');
  return { rootCluster, fsInfoSector: fsInfo === 0xffff ? 0 : fsInfo };
}

/** The number of clusters alone decides, but not all agree at the edges and mkfs.fat can be made to ignore it. */
function formatOf(clusters: number, wide: boolean): FatGeometry['format'] {
  if (clusters < 1 || clusters > 0x0ffffff5 || clusters === 4085 || clusters === 65525) {
    throw unsupported(`with ${clusters} clusters, systems disagree about what kind of FAT it is`);
  }
  const format = clusters < 4085 ? 'fat12' : clusters < 65525 ? 'fat16' : 'fat32';
  if ((format === 'fat32') === wide) return format;
  throw unsupported(
    wide
      ? `it is a FAT32 with only ${clusters} clusters, fewer than the 65525 that FAT32 begins with`
      : `it is a FAT12 or FAT16 with ${clusters} clusters, too many for either`,
  );
}

function tableBytes(format: FatGeometry['format'], clusters: number): number {
  const entryBits = { fat12: 12, fat16: 16, fat32: 32 }[format];
  return Math.ceil(((clusters + 2) * entryBits) / 8);
}

function isMounted(view: DataView, offset: number): boolean {
  return (view.getUint8(offset) & 1) !== 0;
}

/** The label in the boot sector stands behind a signature (0x29) and a serial number. */
function labelAt(view: DataView, signatureOffset: number): string {
  if (view.getUint8(signatureOffset) !== 0x29) return '';
  const bytes = new Uint8Array(view.buffer, view.byteOffset + signatureOffset + 5, 11);
  return labelText(bytes);
}

/** A label as stored, eleven bytes filled with spaces; `NO NAME` stands for none. */
export function labelText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .trimEnd()
    .replace(/\p{Cc}/gu, '');
  return text === 'NO NAME' ? '' : text;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}

function damaged(what: string): PiImageError {
  return new PiImageError('image.damaged', `the FAT file system is damaged: ${what}`, {
    help: 'Download the image again, or repair it with fsck.vfat.',
  });
}

function unsupported(what: string): PiImageError {
  return new PiImageError('image.not-supported', `the FAT file system cannot be edited: ${what}`, {
    help: 'Use an image whose boot partition was made with the usual settings of mkfs.vfat.',
  });
}
