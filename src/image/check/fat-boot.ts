import { sectorSize } from '../fat/bpb.ts';
import type { FatCheck } from './fat-chain.ts';

const mediaAt = 21;
const infoSectorAt = 48;
const backupAt = 50;
const stateAt = 65;

/** The first sector against its copy, and the mark that the table begins with. */
export function checkFatBoot(check: FatCheck): void {
  const { geometry, findings, table } = check;
  const boot = sectorOf(check, 0);
  const media = { fat12: 0xf00, fat16: 0xff00, fat32: 0x0fffff00 }[geometry.format] | boot[mediaAt]!;
  if (table[0] !== media) findings.add('the allocation table does not begin with the kind of the medium');
  if (geometry.format !== 'fat32') return;
  const backup = boot.readUInt16LE(backupAt);
  if (backup === 0 || backup === 0xffff) return;
  if (backup >= geometry.fatStart) {
    findings.add('the copy of the first sector lies in the tables');
    return;
  }
  const copy = sectorOf(check, backup);
  // Whether the volume is mounted is only kept in the first one.
  copy[stateAt] = boot[stateAt]!;
  if (!copy.equals(boot)) findings.add('the first sector and its copy differ');
}

const labelLength = 11;
const noLabel = 'NO NAME    ';

/** The label in the first sector against those in the root directory. */
export function checkLabel(check: FatCheck, labels: readonly string[]): void {
  const at = check.geometry.format === 'fat32' ? 71 : 43;
  const boot = sectorOf(check, 0)
    .subarray(at, at + labelLength)
    .toString('latin1');
  if (labels.length > 1) check.findings.add('the root directory holds more than one label');
  const known = labels[0] ?? noLabel;
  if (boot !== known && boot.trim() !== '')
    check.findings.add(
      `the first sector has the label ${JSON.stringify(boot)}, the root directory ${JSON.stringify(known)}`,
    );
}

const signatures = [
  [0, 0x41615252],
  [484, 0x61417272],
  [508, 0xaa550000],
] as const;
const freeCountAt = 488;
const unknownCount = 0xffffffff;

/** The sector with the count of free clusters, which only FAT32 has. */
export function checkFreeCount(check: FatCheck, free: number): void {
  const { geometry, findings } = check;
  const place = geometry.format === 'fat32' ? sectorOf(check, 0).readUInt16LE(infoSectorAt) : 0;
  if (place === 0 || place === 0xffff) return;
  const info = sectorOf(check, place);
  if (signatures.some(([at, value]) => info.readUInt32LE(at) !== value)) {
    findings.add('the sector with the count of free clusters is not one');
    return;
  }
  const counted = info.readUInt32LE(freeCountAt);
  if (counted !== unknownCount && counted !== free)
    findings.add(`${free} clusters are free, but ${counted} are counted`);
}

function sectorOf({ device }: FatCheck, sector: number): Buffer {
  const bytes = Buffer.alloc(sectorSize);
  device.readInto(bytes, sector * sectorSize);
  return bytes;
}
