import { openFat } from '../../src/image/fat/volume.ts';
import { createMemoryVolume } from '../../src/image/memory.ts';
import { fatFaults } from '../fixtures/check-fat.ts';
import { type FatFormat, formatFat } from '../fixtures/format-fat.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { contractTime, describeVolume } from './volume-contract.ts';

const directory = temporaryDirectory();
const now = () => contractTime;
const mebibyte = 1024 * 1024;

describeVolume('memory', {
  create: () => ({ volume: createMemoryVolume({ now, size: 4 * mebibyte }) }),
  features: { links: true, attributes: true, caseSensitive: true, tooLarge: 5 * mebibyte },
});

const formats: readonly FatFormat[] = ['fat12', 'fat16', 'fat32'];

for (const format of formats) {
  const empty = formatFat(format);
  describeVolume(format, {
    create: async () => {
      const device = memoryDevice((await empty).bytes.slice());
      const volume = await openFat(device, { now });
      return {
        volume,
        reopen: () => openFat(device, { now }),
        faults: () => fatFaults(device, directory),
      };
    },
    features: { links: false, attributes: false, caseSensitive: false, tooLarge: 40 * mebibyte },
  });
}
