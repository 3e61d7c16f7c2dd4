import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelText, parseBpb } from '../../../src/image/fat/bpb.ts';
import { PiImageError } from '../../../src/model/errors.ts';

interface Fields {
  readonly bytesPerSector?: number;
  readonly sectorsPerCluster?: number;
  readonly reserved?: number;
  readonly fats?: number;
  readonly rootEntries?: number;
  readonly sectors?: number;
  readonly shortFat?: number;
  readonly longFat?: number;
  readonly rootCluster?: number;
  readonly flags?: number;
  readonly version?: number;
  readonly fsInfo?: number;
}

/** The boot partition of Raspbian: 256 MiB of FAT32 in clusters of 2 KiB. */
const raspbian: Fields = {
  sectorsPerCluster: 4,
  reserved: 32,
  fats: 2,
  rootEntries: 0,
  sectors: 524_288,
  shortFat: 0,
  longFat: 1024,
  rootCluster: 2,
  fsInfo: 1,
};

const size = 256 * 1024 * 1024;

function bootSector(fields: Fields): Uint8Array {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  bytes.set([0xeb, 0x58, 0x90]);
  view.setUint16(11, fields.bytesPerSector ?? 512, true);
  view.setUint8(13, fields.sectorsPerCluster ?? 1);
  view.setUint16(14, fields.reserved ?? 1, true);
  view.setUint8(16, fields.fats ?? 2);
  view.setUint16(17, fields.rootEntries ?? 512, true);
  view.setUint8(21, 0xf8);
  view.setUint16(22, fields.shortFat ?? 0, true);
  view.setUint32(32, fields.sectors ?? 0, true);
  if ((fields.shortFat ?? 0) === 0) {
    view.setUint32(36, fields.longFat ?? 0, true);
    view.setUint16(40, fields.flags ?? 0, true);
    view.setUint16(42, fields.version ?? 0, true);
    view.setUint32(44, fields.rootCluster ?? 0, true);
    view.setUint16(48, fields.fsInfo ?? 0, true);
    bytes.set([0x29, 1, 2, 3, 4, ...Buffer.from('boot       ')], 66);
  }
  view.setUint16(510, 0xaa55, true);
  return bytes;
}

function fault(fields: Fields, volume = size): PiImageError {
  try {
    parseBpb(bootSector(fields), volume);
  } catch (error) {
    if (PiImageError.is(error)) return error;
    throw error;
  }
  throw new Error('the boot sector was accepted');
}

test('reads where everything is', () => {
  expect(parseBpb(bootSector(raspbian), size)).toEqual({
    format: 'fat32',
    sectors: 524_288,
    clusterSize: 2048,
    clusters: 130_552,
    fatStart: 32,
    fatSectors: 1024,
    fatCount: 2,
    rootStart: 2080,
    rootEntries: 0,
    rootCluster: 2,
    dataStart: 2080,
    fsInfoSector: 1,
    mountedFlag: false,
    label: 'boot',
  });
});

describe('the number of clusters decides between the kinds', () => {
  test.each([
    ['fat12', 4084],
    ['fat16', 4086],
    ['fat16', 65_524],
  ] as const)('%s with %d clusters', (format, clusters) => {
    const fields = { sectors: 1 + 2 * 256 + 32 + clusters, shortFat: 256 };
    expect(parseBpb(bootSector(fields), size)).toMatchObject({ format, clusters });
  });

  test.each([4085, 65_525])('with %d systems disagree', (clusters) => {
    expect(fault({ sectors: 1 + 2 * 257 + 32 + clusters, shortFat: 257 })).toMatchObject({
      code: 'image.not-supported',
      message: expect.stringContaining(`with ${clusters} clusters`),
    });
  });

  test('a FAT32 that is too small for one is refused', () => {
    expect(fault({ ...raspbian, sectors: 40_000 }).message).toContain('fewer than the 65525');
  });
});

test.each<[string, Fields, string]>([
  ['sectors of 4096 bytes', { bytesPerSector: 4096 }, 'image.not-supported'],
  ['an unknown version', { version: 1 }, 'image.not-supported'],
  ['one table in use', { flags: 0x80 }, 'image.not-supported'],
  ['odd clusters', { sectorsPerCluster: 3 }, 'image.damaged'],
  ['no tables', { fats: 0 }, 'image.damaged'],
  ['three tables', { fats: 3 }, 'image.damaged'],
  ['no reserved sector', { reserved: 0 }, 'image.damaged'],
  ['more sectors than the partition', { sectors: 524_289 }, 'image.damaged'],
  ['tables larger than the volume', { longFat: 0x7fffffff }, 'image.damaged'],
  ['tables too small for the clusters', { longFat: 1000 }, 'image.damaged'],
  ['no table size', { longFat: 0 }, 'image.damaged'],
  ['a root outside', { rootCluster: 130_554 }, 'image.damaged'],
  ['a root before the data', { rootCluster: 1 }, 'image.damaged'],
  ['a fixed root on FAT32', { rootEntries: 512 }, 'image.damaged'],
  ['half a sector of root', { rootEntries: 7 }, 'image.damaged'],
  ['hints in the tables', { fsInfo: 32 }, 'image.damaged'],
])('%s is refused', (_, fields, code) => {
  expect(fault({ ...raspbian, ...fields })).toMatchObject({ code, help: expect.any(String) });
});

test('any boot sector gives a geometry that stays inside, or an error to show', () => {
  const mutation = fc.record({ position: fc.nat(89), value: fc.integer({ min: 0, max: 255 }) });
  const sectors = [
    bootSector(raspbian),
    bootSector({ sectors: 4000, shortFat: 12 }),
    bootSector({ sectors: 20_000, shortFat: 80 }),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...sectors),
      fc.array(mutation, { maxLength: 5 }),
      fc.integer({ min: 0, max: size }),
      fc.boolean(),
      (sector, mutations, less, full) => {
        const bytes = sector.slice();
        for (const { position, value } of mutations) bytes[position] = value;
        const available = full ? size : less;
        try {
          const geometry = parseBpb(bytes, available);
          expect(geometry.sectors * 512).toBeLessThanOrEqual(available);
          const end = geometry.dataStart * 512 + geometry.clusters * geometry.clusterSize;
          expect(end).toBeLessThanOrEqual(geometry.sectors * 512);
          expect(geometry.fatStart + geometry.fatCount * geometry.fatSectors).toBe(geometry.rootStart);
        } catch (error) {
          if (!PiImageError.is(error)) throw error;
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test.each([
  ['BOOT       ', 'BOOT'],
  ['NO NAME    ', ''],
  ['           ', ''],
  ['A\u0007B        ', 'AB'],
])('the label %j reads %j', (stored, text) => {
  expect(labelText(Buffer.from(stored, 'latin1'))).toBe(text);
});
