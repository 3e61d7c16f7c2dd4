import { parseBpb } from '../../../src/image/fat/bpb.ts';
import { openFat } from '../../../src/image/fat/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { type FatFormat, formatFat } from '../../fixtures/format-fat.ts';
import type { MemoryDevice } from '../../fixtures/memory-device.ts';
import { pattern } from '../ext4/random.ts';
import type { Region } from './corpus.ts';

const now = () => new Date('2026-01-02T03:04:06Z');

/** A FAT volume with long and short names, files and directories, and holes where some were removed. */
export async function populatedFat(format: FatFormat): Promise<MemoryDevice> {
  const device = await formatFat(format);
  const volume = await openFat(device, { now });
  for (const directory of ['/overlays', '/below', '/below/deeper']) volume.makeDirectory(directory);
  for (let index = 0; index < 40; index++)
    volume.write(`/overlays/some-device-overlay-${index}.dtbo`, bytesSource(pattern(index * 71, index)));
  for (let index = 0; index < 40; index += 4) volume.remove(`/overlays/some-device-overlay-${index}.dtbo`);
  for (const name of ['CONFIG.TXT', 'cmdline.txt', 'kernel8.img', 'ssh', 'Łódź.txt'])
    volume.write(`/${name}`, bytesSource(pattern(name.length * 900, 1)));
  volume.write('/below/deeper/a file with a rather long name', bytesSource(pattern(30_000, 2)));
  return device;
}

/** Where the structures of a FAT volume lie. */
export async function fatRegions(device: MemoryDevice): Promise<readonly Region[]> {
  const geometry = parseBpb(device.bytes.subarray(0, 512), device.size);
  const { format, fatStart, fatSectors, rootStart, rootEntries, rootCluster, dataStart, clusterSize } =
    geometry;
  const sectors = (kind: string, first: number, count: number): Region => ({
    kind,
    position: first * 512,
    length: count * 512,
  });
  const cluster = (kind: string, number: number): Region => ({
    kind,
    position: dataStart * 512 + (number - 2) * clusterSize,
    length: clusterSize,
  });
  const used = { fat12: 200, fat16: 300, fat32: 600 }[format];
  const regions = [
    { kind: 'first sector', position: 0, length: 90 },
    { kind: 'first table', position: fatStart * 512, length: used },
    { kind: 'second table', position: (fatStart + fatSectors) * 512, length: used },
  ];
  if (format === 'fat32') {
    regions.push(sectors('free count', 1, 1), sectors('copy of the first sector', 6, 1));
    regions.push(cluster('root directory', rootCluster));
  } else
    regions.push({
      kind: 'root directory',
      position: rootStart * 512,
      length: Math.min(rootEntries * 32, 512),
    });
  // The first directories that were made lie in the first clusters.
  const first = format === 'fat32' ? 3 : 2;
  for (let index = 0; index < 3; index++) regions.push(cluster('directory', first + index));
  return regions;
}
