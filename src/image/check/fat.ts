import type { BlockDevice } from '../device.ts';
import { copiesAgree, readTable } from '../fat/allocation-table.ts';
import { parseBpb, sectorSize } from '../fat/bpb.ts';
import { wasShutDown } from '../fat/preflight.ts';
import { BlockUse } from './block-use.ts';
import { checkFatBoot, checkFreeCount } from './fat-boot.ts';
import { type FatCheck, marksOf, readChain } from './fat-chain.ts';
import { checkFatDirectory } from './fat-directory.ts';
import { Findings } from './findings.ts';

/** Looks at all of a FAT volume without changing anything, as `fsck.vfat -n` does: one sentence for everything that is wrong. */
export function checkFat(device: BlockDevice): readonly string[] {
  const findings = new Findings();
  const geometry = findings.guard(() => {
    const sector = new Uint8Array(Math.min(sectorSize, device.size));
    device.readInto(sector, 0);
    return parseBpb(sector, device.size);
  });
  if (geometry === undefined) return findings.messages;
  if (geometry.mountedFlag || !wasShutDown(device, geometry))
    findings.add('the volume was not unmounted properly');
  if (!copiesAgree(device, geometry)) findings.add('the copies of the allocation table differ');
  const check: FatCheck = {
    device,
    geometry,
    findings,
    table: readTable(device, geometry),
    use: BlockUse.of(geometry.clusters + 2),
  };
  checkFatBoot(check);
  const { rootCluster, rootStart, rootEntries, format } = geometry;
  const root = format === 'fat32' ? readChain(check, rootCluster, 'the root directory') : fixedRoot();
  checkFatDirectory(check, root, { path: '', cluster: 0, parent: 0 });
  checkClusters(check);
  return findings.messages;

  function fixedRoot(): Uint8Array {
    const bytes = new Uint8Array(rootEntries * 32);
    device.readInto(bytes, rootStart * sectorSize);
    return bytes;
  }
}

/** Clusters that are in use but belong to nothing, and the count of free ones. */
function checkClusters(check: FatCheck): void {
  const { geometry, table, use, findings } = check;
  const { bad } = marksOf(geometry);
  let lost = 0;
  let free = 0;
  for (let cluster = 2; cluster < geometry.clusters + 2; cluster++) {
    if (table[cluster] === 0) free++;
    else if (table[cluster] !== bad && !use.has(cluster)) lost++;
  }
  if (lost > 0) findings.add(`${lost} clusters are in use, but belong to no file`);
  checkFreeCount(check, free);
}
