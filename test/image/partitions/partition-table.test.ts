import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPartitionTable } from '../../../src/image/partitions/partition-table.ts';
import { PiImageError } from '../../../src/model/errors.ts';
import { hasTool, judge } from '../../fixtures/judge.ts';
import { memoryDevice } from '../../fixtures/memory-device.ts';
import { gptDisk, type MbrRow, putMbr } from '../../fixtures/partition-tables.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();

const raspbian: readonly MbrRow[] = [
  { slot: 0, type: 0x0c, start: 16, sectors: 32 },
  { slot: 1, type: 0x83, start: 48, sectors: 100 },
];

function mbrDisk(rows: readonly MbrRow[], sectors = 256): Uint8Array {
  const disk = new Uint8Array(sectors * 512);
  putMbr(disk, rows);
  return disk;
}

/** Two primary partitions, and an extended one in slot 3 with two logical ones. */
function logicalDisk(): Uint8Array {
  const disk = mbrDisk([
    { slot: 0, type: 0x0c, start: 16, sectors: 16, status: 0x80 },
    { slot: 3, type: 0x05, start: 64, sectors: 128 },
  ]);
  putMbr(
    disk,
    [
      { slot: 0, type: 0x83, start: 8, sectors: 16 },
      { slot: 1, type: 0x05, start: 32, sectors: 32 },
    ],
    64 * 512,
    0,
  );
  putMbr(disk, [{ slot: 0, type: 0x82, start: 8, sectors: 16 }], 96 * 512, 0);
  return disk;
}

const namedGpt = () =>
  gptDisk(200, [
    { slot: 0, first: 40, last: 79, name: 'bootfs' },
    { slot: 4, first: 80, last: 160, name: 'rootfs\u0007', attributes: 4n },
  ]);

function fault(bytes: Uint8Array): PiImageError {
  try {
    readPartitionTable(memoryDevice(bytes));
  } catch (error) {
    if (PiImageError.is(error)) return error;
    throw error;
  }
  throw new Error('the table was accepted');
}

describe('MBR', () => {
  test('is read as Linux reads it', () => {
    expect(readPartitionTable(memoryDevice(mbrDisk(raspbian)))).toEqual({
      scheme: 'mbr',
      diskId: '6c586e13',
      partitions: [
        { number: 1, type: '0c', offset: 8192, size: 16384, partUuid: '6c586e13-01', bootable: false },
        { number: 2, type: '83', offset: 24576, size: 51200, partUuid: '6c586e13-02', bootable: false },
      ],
    });
  });

  test('a partition keeps the number of its slot', () => {
    const disk = mbrDisk([{ slot: 2, type: 0x83, start: 16, sectors: 100 }]);
    expect(readPartitionTable(memoryDevice(disk)).partitions).toMatchObject([
      { number: 3, partUuid: '6c586e13-03' },
    ]);
  });

  test('logical partitions count from 5', () => {
    expect(readPartitionTable(memoryDevice(logicalDisk())).partitions).toEqual([
      { number: 1, type: '0c', offset: 16 * 512, size: 8192, partUuid: '6c586e13-01', bootable: true },
      { number: 5, type: '83', offset: 72 * 512, size: 8192, partUuid: '6c586e13-05', bootable: false },
      { number: 6, type: '82', offset: 104 * 512, size: 8192, partUuid: '6c586e13-06', bootable: false },
    ]);
  });

  test('an extended partition that was never used holds nothing', () => {
    const disk = mbrDisk([...raspbian, { slot: 2, type: 0x0f, start: 160, sectors: 90 }]);
    expect(readPartitionTable(memoryDevice(disk)).partitions.map(({ number }) => number)).toEqual([1, 2]);
  });

  test('a chain that runs in a circle ends', () => {
    const disk = logicalDisk();
    putMbr(disk, [{ slot: 1, type: 0x05, start: 32, sectors: 32 }], 96 * 512, 0);
    expect(fault(disk).message).toContain('runs in a circle');
  });

  test('a chain that leads out of the image, or to nothing, is told', () => {
    const out = logicalDisk();
    putMbr(out, [{ slot: 1, type: 0x05, start: 0xffffffff, sectors: 32 }], 96 * 512, 0);
    expect(fault(out).message).toContain('leads out of the image');
    const nothing = logicalDisk();
    nothing.fill(0, 96 * 512, 97 * 512);
    expect(fault(nothing).message).toContain('leads to sector 96, which holds no partition table');
  });
});

describe('GPT', () => {
  const expected = {
    scheme: 'gpt',
    diskId: 'a3a2a1a0-a5a4-a7a6-a8a9-aaabacadaeaf',
    partitions: [
      {
        number: 1,
        type: '11111111-1111-1111-1111-111111111111',
        offset: 40 * 512,
        size: 40 * 512,
        name: 'bootfs',
        partUuid: '03020100-0504-0706-0809-0a0b0c0d0e0f',
        bootable: false,
      },
      {
        number: 5,
        type: '11111111-1111-1111-1111-111111111111',
        offset: 80 * 512,
        size: 81 * 512,
        name: 'rootfs\ufffd',
        partUuid: '43424140-4544-4746-4849-4a4b4c4d4e4f',
        bootable: true,
      },
    ],
  };

  test('is read as Linux reads it', () => {
    expect(readPartitionTable(memoryDevice(namedGpt()))).toEqual(expected);
  });

  test.each([
    ['header', 512 + 60],
    ['entries', 1024 + 130],
  ])('a damaged %s is replaced by the backup', (_, position) => {
    const disk = namedGpt();
    disk[position] = (disk[position] ?? 0) ^ 1;
    expect(readPartitionTable(memoryDevice(disk))).toEqual(expected);
  });

  test('both copies damaged: says what is wrong with each', () => {
    const disk = namedGpt();
    disk[512 + 60] = 0;
    expect(fault(disk.subarray(0, 180 * 512)).message).toBe(
      'neither copy of the GPT can be used: the one in sector 1 has a header with a wrong checksum, ' +
        'the one in sector 179 is missing',
    );
  });

  test('a disk of 4096-byte sectors is recognised', () => {
    const disk = new Uint8Array(65536);
    putMbr(disk, [{ slot: 0, type: 0xee, start: 1, sectors: 15 }]);
    disk.set(Buffer.from('EFI PART'), 4096);
    expect(fault(disk).help).toContain('4096 bytes');
  });

  test('an empty one is told', () => {
    expect(fault(gptDisk(100, [])).message).toContain('holds no partition');
  });
});

describe('what cannot be', () => {
  test.each([
    [
      'reaching out of the image',
      [...raspbian, { slot: 2, type: 0x83, start: 200, sectors: 57 }],
      'partition 3 ends at 131584, but the image has only 131072 bytes',
    ],
    [
      'overlapping',
      [...raspbian, { slot: 2, type: 0x83, start: 147, sectors: 5 }],
      'partition 2 (24576 to 75776) overlaps partition 3, which starts at 75264',
    ],
    ['on top of the table', [{ slot: 0, type: 0x83, start: 0, sectors: 5 }], 'partition 1 cannot be'],
  ])('%s', (_, rows, message) => {
    expect(fault(mbrDisk(rows))).toMatchObject({
      code: 'image.partition-table',
      message: expect.stringContaining(message),
      help: expect.any(String),
    });
  });

  test('a GPT partition that ends before it begins, or beyond what numbers can say', () => {
    expect(fault(gptDisk(100, [{ slot: 0, first: 60, last: 50, name: '' }])).message).toContain('cannot be');
    const far = gptDisk(100, [{ slot: 0, first: 60, last: 2 ** 53, name: '' }]);
    expect(fault(far).message).toContain('cannot be');
  });
});

describe('no partition table', () => {
  test.each([
    ['an empty file', '', 'an empty file'],
    ['a web page', '<!DOCTYPE html><html><title>404</title></html>', 'a web page'],
    ['a text', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\n', 'a text file'],
    ['zeros', Buffer.alloc(4096), 'begins with zeros'],
    ['a zip', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(600)]), 'compressed file (.zip)'],
    ['noise', Buffer.alloc(700, 0x9c), 'has no partition table (700 bytes)'],
    ['a very short file', Buffer.of(0x9c), 'has no partition table (1 bytes)'],
  ])('%s', (_, content, message) => {
    expect(fault(Buffer.from(content as Buffer))).toMatchObject({
      code: 'image.partition-table',
      message: expect.stringContaining(message),
      help: expect.any(String),
    });
  });

  test('a single file system', () => {
    const ext = Buffer.alloc(4096);
    ext.writeUInt16LE(0xef53, 1024 + 56);
    ext[0] = 0x9c;
    expect(fault(ext).message).toContain('a single file system (ext2)');
  });
});

test('damaged tables only ever raise the errors they should', () => {
  const disks = [mbrDisk(raspbian), logicalDisk(), namedGpt()];
  const mutation = fc.record({ position: fc.nat(3000), value: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(
      fc.constantFrom(...disks),
      fc.array(mutation, { minLength: 1, maxLength: 12 }),
      fc.nat(256 * 512),
      fc.boolean(),
      (disk, mutations, length, cut) => {
        const bytes = disk.slice(0, cut ? length : disk.length);
        for (const { position, value } of mutations) {
          // Most of the positions in tables: the first sector, and those of the chain.
          const at =
            position < 1000 ? position % 512 : position < 2000 ? 64 * 512 + (position % 512) : position;
          if (at < bytes.length) bytes[at] = value;
        }
        let table: ReturnType<typeof readPartitionTable>;
        try {
          table = readPartitionTable(memoryDevice(bytes));
        } catch (error) {
          expect(PiImageError.is(error) && error.code).toBe('image.partition-table');
          return;
        }
        for (const { offset, size } of table.partitions) {
          expect(offset >= 512 && size > 0 && offset + size <= bytes.length).toBe(true);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

describe.skipIf(!hasTool('sfdisk'))('sfdisk agrees (skipped where it is not installed)', () => {
  test.each([
    ['primary', () => mbrDisk(raspbian)],
    ['logical', logicalDisk],
    ['gpt', namedGpt],
  ])('%s', (name, make) => {
    const file = path.join(directory, `${name}.img`);
    const disk = make();
    fs.writeFileSync(file, disk);
    const { partitiontable } = JSON.parse(judge('sfdisk', ['--json', file])?.output ?? '');
    const table = readPartitionTable(memoryDevice(disk));
    const seen = partitiontable.partitions
      .map((one: { node: string; start: number; size: number; uuid?: string; type: string }) => ({
        number: Number(/\d+$/.exec(one.node)?.[0]),
        offset: one.start * 512,
        size: one.size * 512,
        ...(one.uuid === undefined ? {} : { partUuid: one.uuid.toLowerCase() }),
        type: one.type.toLowerCase(),
      }))
      .filter(({ type }: { type: string }) => type !== '5')
      .map((one: { type: string }) => ({ ...one, type: one.type.padStart(2, '0') }));
    expect(table.partitions).toMatchObject(seen);
    expect(table.partitions).toHaveLength(seen.length);
    expect(`0x${table.diskId}`.endsWith(partitiontable.id.toLowerCase().replace(/^0x/, ''))).toBe(true);
  });
});
