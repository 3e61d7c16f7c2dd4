import type { BlockDevice } from '../device.ts';
import { tableEntry } from './allocation-table.ts';
import { type FatGeometry, labelText, sectorSize } from './bpb.ts';

const entrySize = 32;
const volumeAttribute = 0x08;
const longNameAttributes = 0x0f;
/** FAT directories end at 65536 entries; a chain longer than that is a loop. */
const largestDirectory = 65536 * entrySize;

/** The label as the root directory has it, which systems show; else the one of the boot sector. */
export function readLabel(device: BlockDevice, geometry: FatGeometry): string {
  for (const sectors of rootSectors(device, geometry)) {
    for (let offset = 0; offset < sectors.length; offset += entrySize) {
      if (sectors[offset] === 0) return geometry.label;
      const attributes = (sectors[offset + 11] ?? 0) & 0x3f;
      if (sectors[offset] === 0xe5 || attributes === longNameAttributes) continue;
      if ((attributes & volumeAttribute) !== 0) return labelText(sectors.subarray(offset, offset + 11));
    }
  }
  return geometry.label;
}

function* rootSectors(device: BlockDevice, geometry: FatGeometry): Generator<Uint8Array> {
  if (geometry.format !== 'fat32') {
    const bytes = new Uint8Array(geometry.rootEntries * entrySize);
    device.readInto(bytes, geometry.rootStart * sectorSize);
    yield bytes;
    return;
  }
  const { clusterSize, clusters, dataStart } = geometry;
  let cluster = geometry.rootCluster;
  for (let done = 0; done < largestDirectory; done += clusterSize) {
    if (cluster < 2 || cluster >= clusters + 2) return;
    const bytes = new Uint8Array(clusterSize);
    device.readInto(bytes, dataStart * sectorSize + (cluster - 2) * clusterSize);
    yield bytes;
    cluster = tableEntry(device, geometry, cluster) & 0x0fffffff;
  }
}
