import { PiImageError } from '../../model/errors.ts';
import type { BlockDevice } from '../device.ts';
import { type Partition, sectorSize } from './partition.ts';

const signatureOffset = 510;
const diskIdOffset = 440;
const entriesOffset = 446;
const entrySize = 16;
/** What Linux reads of a chain of logical partitions before it gives up. */
const mostLogical = 100;
const extendedTypes: ReadonlySet<number> = new Set([0x05, 0x0f, 0x85]);
const protectiveType = 0xee;

interface MbrEntry {
  readonly slot: number;
  readonly status: number;
  readonly type: number;
  /** In sectors; relative to something that depends on where the entry stands. */
  readonly start: number;
  readonly sectors: number;
}

export interface Mbr {
  readonly diskId: string;
  /** There is a GPT, and this table only keeps old tools away from it. */
  readonly protective: boolean;
  readonly entries: readonly MbrEntry[];
}

/** Reads the first sector of a disk; undefined when that is no partition table. */
export function parseMbr(sector: Uint8Array): Mbr | undefined {
  const entries = parseEntries(sector);
  if (entries === undefined) return undefined;
  if (entries.some(({ status }) => status !== 0 && status !== 0x80)) return undefined;
  const view = new DataView(sector.buffer, sector.byteOffset, sector.byteLength);
  return {
    diskId: hex(view.getUint32(diskIdOffset, true), 8),
    protective: entries.some(({ type }) => type === protectiveType),
    entries,
  };
}

/** All partitions of an MBR with the numbers Linux gives them; an extended partition stands for its logical ones. */
export function mbrPartitions(device: BlockDevice, mbr: Mbr): readonly Partition[] {
  const partitions: Partition[] = [];
  const add = (number: number, entry: MbrEntry, base: number) =>
    partitions.push({
      number,
      type: hex(entry.type, 2),
      offset: (base + entry.start) * sectorSize,
      size: entry.sectors * sectorSize,
      partUuid: `${mbr.diskId}-${hex(number, 2)}`,
      bootable: entry.status === 0x80,
    });
  const used = mbr.entries.filter(({ type, sectors }) => type !== 0 && sectors > 0);
  for (const entry of used) if (!extendedTypes.has(entry.type)) add(entry.slot + 1, entry, 0);
  let logical = 5;
  for (const extended of used.filter(({ type }) => extendedTypes.has(type))) {
    for (const { entry, base } of logicalEntries(device, extended)) add(logical++, entry, base);
  }
  return partitions;
}

/**
 * Follows the chain of an extended partition: each of its sectors describes logical partitions relative to itself
 * and the next sector relative to the extended partition.
 */
function logicalEntries(
  device: BlockDevice,
  extended: MbrEntry,
): readonly { readonly entry: MbrEntry; readonly base: number }[] {
  const found: { entry: MbrEntry; base: number }[] = [];
  const visited = new Set<number>();
  let base: number | undefined = extended.start;
  while (base !== undefined) {
    if (visited.has(base) || visited.size >= mostLogical) throw chainFault(extended, 'runs in a circle');
    visited.add(base);
    const offset: number = base * sectorSize;
    if (offset > device.size - sectorSize) throw chainFault(extended, 'leads out of the image');
    const sector = new Uint8Array(sectorSize);
    device.readInto(sector, offset);
    const entries = parseEntries(sector);
    if (entries === undefined) {
      // An extended partition that was made and never used has no table in it.
      if (visited.size === 1) break;
      throw chainFault(extended, `leads to sector ${base}, which holds no partition table`);
    }
    const used: readonly MbrEntry[] = entries.filter(({ type, sectors }) => type !== 0 && sectors > 0);
    const here = base;
    for (const entry of used.slice(0, mostLogical - found.length)) {
      if (!extendedTypes.has(entry.type)) found.push({ entry, base: here });
    }
    const next: MbrEntry | undefined = used.find(({ type }) => extendedTypes.has(type));
    base = next === undefined ? undefined : extended.start + next.start;
  }
  return found;
}

function chainFault(extended: MbrEntry, what: string): PiImageError {
  return new PiImageError(
    'image.partition-table',
    `the chain of logical partitions in partition ${extended.slot + 1} ${what}`,
    { help: 'The partition table of the image is damaged. Download the image again.' },
  );
}

function parseEntries(sector: Uint8Array): readonly MbrEntry[] | undefined {
  if (sector.length < sectorSize) return undefined;
  if (sector[signatureOffset] !== 0x55 || sector[signatureOffset + 1] !== 0xaa) return undefined;
  const view = new DataView(sector.buffer, sector.byteOffset, sector.byteLength);
  return [0, 1, 2, 3].map((slot) => {
    const offset = entriesOffset + slot * entrySize;
    return {
      slot,
      status: view.getUint8(offset),
      type: view.getUint8(offset + 4),
      start: view.getUint32(offset + 8, true),
      sectors: view.getUint32(offset + 12, true),
    };
  });
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
