import fs from 'node:fs';

const sector = 512;
const mebibyte = 1024 * 1024;

/** As in PARTUUID. Not that of any release, so that nobody takes the demonstration for one. */
export const diskId = '0de30de3';

export const layout = {
  boot: { start: 4 * mebibyte, size: 40 * mebibyte, type: 0x0c },
  root: { start: 44 * mebibyte, size: 64 * mebibyte, type: 0x83 },
  size: 108 * mebibyte,
} as const;

/** Puts a DOS partition table and the two partitions, which are files of their own, into the file `image`. */
export function assembleDisk(image: string, partitions: { boot: string; root: string }): void {
  const disk = fs.openSync(image, 'w');
  try {
    fs.ftruncateSync(disk, layout.size);
    fs.writeSync(disk, partitionTable(), 0, sector, 0);
    for (const name of ['boot', 'root'] as const) {
      const bytes = fs.readFileSync(partitions[name]);
      if (bytes.length !== layout[name].size) throw new Error(`${name} has ${bytes.length} bytes`);
      fs.writeSync(disk, bytes, 0, bytes.length, layout[name].start);
    }
  } finally {
    fs.closeSync(disk);
  }
}

function partitionTable(): Buffer {
  const table = Buffer.alloc(sector);
  table.writeUInt32LE(Number.parseInt(diskId, 16), 440);
  for (const [index, { start, size, type }] of [layout.boot, layout.root].entries()) {
    const at = 446 + 16 * index;
    table.set([0, 0xfe, 0xff, 0xff, type, 0xfe, 0xff, 0xff], at); // addresses by cylinder: out of range, unused
    table.writeUInt32LE(start / sector, at + 8);
    table.writeUInt32LE(size / sector, at + 12);
  }
  table.writeUInt16LE(0xaa55, 510);
  return table;
}
