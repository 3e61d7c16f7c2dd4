import type { BlockDevice } from '../device.ts';
import { type FatGeometry, sectorSize } from './bpb.ts';

const pieceSectors = 512;
const comparedSectors = 128;

/** Content of one entry of the first allocation table: the next cluster, or a mark. */
export function tableEntry(device: BlockDevice, geometry: FatGeometry, cluster: number): number {
  const start = geometry.fatStart * sectorSize;
  const bytes = Buffer.alloc(4);
  switch (geometry.format) {
    case 'fat12': {
      device.readInto(bytes.subarray(0, 2), start + Math.floor(cluster * 1.5));
      const pair = bytes.readUInt16LE(0);
      return cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
    }
    case 'fat16':
      device.readInto(bytes.subarray(0, 2), start + cluster * 2);
      return bytes.readUInt16LE(0);
    case 'fat32':
      device.readInto(bytes, start + cluster * 4);
      return bytes.readUInt32LE(0);
  }
}

/** All entries of one copy of the table, by cluster; the highest four bits of FAT32, which mean nothing, are off. */
export function readTable(device: BlockDevice, geometry: FatGeometry): Uint32Array {
  const { format, fatStart, clusters } = geometry;
  const entries = new Uint32Array(clusters + 2);
  const bytes = Buffer.alloc(pieceSectors * 3 * sectorSize);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bits = { fat12: 12, fat16: 16, fat32: 32 }[format];
  const perPiece = (bytes.length * 8) / bits;
  for (let first = 0; first < entries.length; first += perPiece) {
    const count = Math.min(perPiece, entries.length - first);
    device.readInto(
      bytes.subarray(0, Math.ceil((count * bits) / 8)),
      fatStart * sectorSize + (first * bits) / 8,
    );
    for (let index = 0; index < count; index++) {
      if (format === 'fat32') entries[first + index] = view.getUint32(4 * index, true) & 0x0fffffff;
      else if (format === 'fat16') entries[first + index] = view.getUint16(2 * index, true);
      else {
        const pair = view.getUint16(Math.floor(index * 1.5), true);
        entries[first + index] = index % 2 === 0 ? pair & 0xfff : pair >> 4;
      }
    }
  }
  return entries;
}

/** Whether all copies of the table are the same. FatFs reads the first and would leave old faults of the others. */
export function copiesAgree(device: BlockDevice, geometry: FatGeometry): boolean {
  const { fatStart, fatSectors, fatCount } = geometry;
  const first = Buffer.alloc(Math.min(comparedSectors, fatSectors) * sectorSize);
  const other = Buffer.alloc(first.length);
  for (let copy = 1; copy < fatCount; copy++) {
    for (let done = 0; done < fatSectors; done += comparedSectors) {
      const length = Math.min(comparedSectors, fatSectors - done) * sectorSize;
      device.readInto(first.subarray(0, length), (fatStart + done) * sectorSize);
      device.readInto(other.subarray(0, length), (fatStart + copy * fatSectors + done) * sectorSize);
      if (!first.subarray(0, length).equals(other.subarray(0, length))) return false;
    }
  }
  return true;
}
