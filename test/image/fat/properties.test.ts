import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBpb } from '../../../src/image/fat/bpb.ts';
import { openFat } from '../../../src/image/fat/volume.ts';
import { createMemoryVolume } from '../../../src/image/memory.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { PiImageError } from '../../../src/model/errors.ts';
import type { Volume } from '../../../src/model/volume.ts';
import { fatFaults } from '../../fixtures/check-fat.ts';
import { type FatFormat, formatFat } from '../../fixtures/format-fat.ts';
import { type MemoryDevice, memoryDevice } from '../../fixtures/memory-device.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';
import { carryOut, operation } from '../../fixtures/volume-operations.ts';
import { treeOf } from '../../fixtures/volume-tree.ts';

const directory = temporaryDirectory();
const now = () => new Date('2026-01-02T03:04:06Z');

test.each([
  ['fat32', 25],
  ['fat12', 25],
] as const)('any operations leave on %s what they leave in memory', async (format, numRuns) => {
  const empty = await formatFat(format);
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 60 }), async (operations) => {
      const device = memoryDevice(empty.bytes.slice());
      const volume = await openFat(device, { now });
      const model = createMemoryVolume({ now });
      for (const one of operations) {
        expect([one, carryOut(volume, one)]).toEqual([one, carryOut(model, one)]);
      }
      expect(treeOf(volume)).toEqual(treeOf(model));
      expect(treeOf(await openFat(device, { now }))).toEqual(treeOf(model));
      expect(fatFaults(device, directory)).toEqual([]);
    }),
    { numRuns },
  );
});

async function filled(format: FatFormat): Promise<MemoryDevice> {
  const device = await formatFat(format);
  const volume = await openFat(device, { now });
  volume.makeDirectory('/a');
  volume.makeDirectory('/a/b');
  for (let i = 0; i < 20; i++) {
    volume.write(`/a/file with a long name ${i}`, bytesSource(new Uint8Array(i * 300)));
    volume.write(`/f${i}`, bytesSource(new Uint8Array(i * 100)));
  }
  return device;
}

/** Where damage does most: the boot sector, the table (all copies alike, else it is refused at once), directories. */
function damage(device: MemoryDevice, hits: readonly { region: number; position: number; value: number }[]) {
  const { fatStart, fatSectors, rootStart, dataStart, format } = parseBpb(
    device.bytes.subarray(0, 512),
    device.size,
  );
  const starts = [0, fatStart, format === 'fat32' ? dataStart : rootStart, dataStart];
  const bytes = device.bytes.slice();
  for (const { region, position, value } of hits) {
    const at = (starts[region] ?? 0) * 512 + (region === 0 ? position % 90 : position);
    bytes[at] = value;
    if (region === 1) bytes[at + fatSectors * 512] = value;
  }
  return memoryDevice(bytes);
}

/** Reads all there is down to a depth that loops of directories cannot exceed, and changes a few things. */
function exercise(volume: Volume): void {
  const attempt = (act: () => void) => {
    try {
      act();
    } catch (error) {
      if (!PiImageError.is(error)) throw error;
    }
  };
  const walk = (path: string, depth: number) => {
    for (const { name, kind } of volume.list(path)) {
      const below = `${path === '/' ? '' : path}/${name}`;
      attempt(() => {
        if (kind === 'directory') {
          if (depth < 4) walk(below, depth + 1);
          return;
        }
        const source = volume.open(below);
        source.readInto(new Uint8Array(Math.min(source.size, 100_000)), 0);
      });
    }
  };
  attempt(() => walk('/', 0));
  attempt(() => volume.write('/ssh', bytesSource(new Uint8Array(0))));
  attempt(() => volume.write('/a/another file', bytesSource(new Uint8Array(50_000))));
  attempt(() => volume.write('/f5', bytesSource(new Uint8Array(10))));
  attempt(() => volume.remove('/f6'));
  attempt(() => volume.makeDirectory('/a/c'));
  attempt(() => volume.rename('/a/b', '/b'));
  attempt(() => volume.space());
}

test.each([
  ['fat12', 150],
  ['fat16', 100],
  ['fat32', 60],
] as const)('a damaged %s only ever raises the errors it should', async (format, numRuns) => {
  const device = await filled(format);
  const hit = fc.record({
    region: fc.nat(3),
    position: fc.oneof(fc.nat(200), fc.nat(4096)),
    value: fc.oneof(fc.constantFrom(0, 1, 2, 0xe5, 0xff), fc.nat(255)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(hit, { minLength: 1, maxLength: 8 }), async (hits) => {
      try {
        exercise(await openFat(damage(device, hits), { now }));
      } catch (error) {
        if (!PiImageError.is(error)) throw error;
      }
    }),
    { numRuns },
  );
});
