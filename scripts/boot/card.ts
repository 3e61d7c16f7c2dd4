import fs from 'node:fs';

/** Of the card that a test image is put on: room for what a first boot installs. */
const cardSize = 4 * 2 ** 30;
const sectorSize = 512;
/** Of the four entries of a master boot record. */
const [entries, entrySize, firstSector, sectorCount] = [446, 16, 8, 12] as const;

/** Bytes before the boot partition, the first one. */
export function bootPartitionOffset(image: string): number {
  return readTable(image).readUInt32LE(entries + firstSector) * sectorSize;
}

/** Bytes before the root partition, the second one. */
export function rootPartitionOffset(image: string): number {
  return readTable(image).readUInt32LE(entries + entrySize + firstSector) * sectorSize;
}

/** Gives an image the size of a card, and its second partition, the root, all of the new room. */
export function growToCard(image: string): void {
  fs.truncateSync(image, cardSize);
  const table = readTable(image);
  const root = entries + entrySize;
  const sectors = cardSize / sectorSize - table.readUInt32LE(root + firstSector);
  table.writeUInt32LE(sectors, root + sectorCount);
  const file = fs.openSync(image, 'r+');
  try {
    fs.writeSync(file, table, 0, table.length, 0);
  } finally {
    fs.closeSync(file);
  }
}

function readTable(image: string): Buffer {
  const table = Buffer.alloc(sectorSize);
  const file = fs.openSync(image, 'r');
  try {
    fs.readSync(file, table, 0, table.length, 0);
  } finally {
    fs.closeSync(file);
  }
  return table;
}
