import { crc32 } from 'node:zlib';
import { PiImageError } from '../../model/errors.ts';
import type { BlockDevice } from '../device.ts';
import { type Partition, type PartitionTable, sectorSize } from './partition.ts';

const signature = 'EFI PART';
const smallestHeader = 92;
const entryMinimum = 128;
/** The usual table is 16 KiB; nothing real comes near this. */
const largestTable = 1024 * 1024;
const legacyBootable = 1n << 2n;

interface GptHeader {
  readonly diskId: string;
  readonly entriesAt: number;
  readonly entryCount: number;
  readonly entrySize: number;
  readonly entriesCrc: number;
}

/** Reads the GPT of a disk (UEFI specification, chapter 5): the primary one, or the backup when that is damaged. */
export function readGpt(device: BlockDevice): PartitionTable {
  const lastSector = Math.floor(device.size / sectorSize) - 1;
  const faults: string[] = [];
  for (const sector of [1, lastSector]) {
    const table = readCopy(device, sector);
    if (typeof table !== 'string') return table;
    faults.push(`the one in sector ${sector} ${table}`);
  }
  throw new PiImageError(
    'image.partition-table',
    `neither copy of the GPT can be used: ${faults.join(', ')}`,
    {
      help: wrongSectorSize(device)
        ? 'This image is made for a disk with sectors of 4096 bytes, which is not supported.'
        : 'The image is cut off or damaged. Download it again.',
    },
  );
}

/** One copy of the table, or what is wrong with it. */
function readCopy(device: BlockDevice, sector: number): PartitionTable | string {
  if (sector < 1 || (sector + 1) * sectorSize > device.size) return 'lies outside of the image';
  const bytes = new Uint8Array(sectorSize);
  device.readInto(bytes, sector * sectorSize);
  const header = parseHeader(bytes, sector);
  if (typeof header === 'string') return header;
  const tableSize = header.entryCount * header.entrySize;
  if (tableSize > largestTable) return `claims ${header.entryCount} entries`;
  if (header.entriesAt + tableSize > device.size) return 'has its entries outside of the image';
  const entries = new Uint8Array(tableSize);
  device.readInto(entries, header.entriesAt);
  if (crc32(entries) !== header.entriesCrc) return 'has entries with a wrong checksum';
  const partitions: Partition[] = [];
  for (let index = 0; index < header.entryCount; index++) {
    const offset = index * header.entrySize;
    const partition = parseEntry(entries.subarray(offset, offset + entryMinimum), index + 1);
    if (partition !== undefined) partitions.push(partition);
  }
  return { scheme: 'gpt', diskId: header.diskId, partitions };
}

function parseHeader(bytes: Uint8Array, sector: number): GptHeader | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!hasSignature(bytes)) return 'is missing';
  const size = view.getUint32(12, true);
  if (size < smallestHeader || size > sectorSize) return 'has a header of impossible size';
  const zeroed = bytes.slice(0, size);
  zeroed.fill(0, 16, 20);
  if (crc32(zeroed) !== view.getUint32(16, true)) return 'has a header with a wrong checksum';
  if (view.getBigUint64(24, true) !== BigInt(sector)) return 'was written for another place';
  const entrySize = view.getUint32(84, true);
  if (entrySize < entryMinimum || entrySize % 8 !== 0) return 'has entries of impossible size';
  return {
    diskId: guid(bytes.subarray(56, 72)),
    entriesAt: Number(view.getBigUint64(72, true)) * sectorSize,
    entryCount: view.getUint32(80, true),
    entrySize,
    entriesCrc: view.getUint32(88, true),
  };
}

function parseEntry(bytes: Uint8Array, number: number): Partition | undefined {
  if (bytes.subarray(0, 16).every((byte) => byte === 0)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getBigUint64(32, true);
  const last = view.getBigUint64(40, true);
  const name = new TextDecoder('utf-16le').decode(bytes.subarray(56, 128)).replace(/\0.*$/s, '');
  return {
    number,
    type: guid(bytes.subarray(0, 16)),
    offset: Number(first) * sectorSize,
    size: Number(last - first + 1n) * sectorSize,
    ...(name === '' ? {} : { name: name.replace(/\p{Cc}/gu, '\ufffd') }),
    partUuid: guid(bytes.subarray(16, 32)),
    bootable: (view.getBigUint64(48, true) & legacyBootable) !== 0n,
  };
}

function wrongSectorSize(device: BlockDevice): boolean {
  if (device.size < 8192) return false;
  const bytes = new Uint8Array(sectorSize);
  device.readInto(bytes, 4096);
  return hasSignature(bytes);
}

function hasSignature(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, signature.length)).toString('latin1') === signature;
}

/** The first three parts of a GUID are stored with their lowest byte first. */
function guid(bytes: Uint8Array): string {
  const part = (...order: number[]) =>
    order.map((i) => (bytes[i] ?? 0).toString(16).padStart(2, '0')).join('');
  return [part(3, 2, 1, 0), part(5, 4), part(7, 6), part(8, 9), part(10, 11, 12, 13, 14, 15)].join('-');
}
