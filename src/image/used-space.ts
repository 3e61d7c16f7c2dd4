import { PiImageError } from '../model/errors.ts';
import { readBuffer } from '../model/read-buffer.ts';
import { isZero } from '../model/zeros.ts';
import { detectFileSystem } from './detect.ts';
import type { BlockDevice } from './device.ts';
import { nextClear, nextSet } from './ext4/bitmap.ts';
import { mountExt4 } from './ext4/file-system.ts';
import { blockBitmap } from './ext4/group-bitmaps.ts';
import { readTable } from './fat/allocation-table.ts';
import { parseBpb, sectorSize } from './fat/bpb.ts';
import type { DirtyRun as Run } from './overlay.ts';
import { readPartitionTable } from './partitions/partition-table.ts';
import { windowOf } from './window.ts';

const readSize = 1024 * 1024;
/** Zeros are told in pieces of so many bytes. */
const grain = 4096;

/**
 * The bytes of a disk image that somebody may ever read: what the allocation bitmaps of FAT and ext4 say is in use,
 * partitions of any other kind as a whole, and what is not zero outside of file systems. In order, without overlaps;
 * neighbours are not joined.
 */
export function* usedRuns(device: BlockDevice): Generator<Run> {
  const partitions = [...readPartitionTable(device).partitions].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { offset, size } of partitions) {
    yield* nonZeroRuns(device, end, offset);
    for (const { position, length } of usedInPartition(windowOf(device, offset, size))) {
      yield { position: offset + position, length };
    }
    end = offset + size;
  }
  yield* nonZeroRuns(device, end, device.size);
}

function usedInPartition(device: BlockDevice): Iterable<Run> {
  const { type } = detectFileSystem(device);
  if (type === 'fat') return usedInFat(device);
  if (type === 'ext4') return usedInExt4(device);
  return [{ position: 0, length: device.size }];
}

function* usedInFat(device: BlockDevice): Generator<Run> {
  const sector = new Uint8Array(sectorSize);
  device.readInto(sector, 0);
  const geometry = parseBpb(sector, device.size);
  const { clusterSize, clusters } = geometry;
  const dataStart = geometry.dataStart * sectorSize;
  yield { position: 0, length: dataStart };
  const table = readTable(device, geometry);
  for (let cluster = 2; cluster < clusters + 2; cluster++) {
    if (table[cluster] !== 0)
      yield { position: dataStart + (cluster - 2) * clusterSize, length: clusterSize };
  }
  yield* nonZeroRuns(device, dataStart + clusters * clusterSize, device.size);
}

function* usedInExt4(device: BlockDevice): Generator<Run> {
  const fs = openedExt4(device);
  // With bigalloc, bitmaps count clusters; what such a file system uses is not told apart.
  if (fs === undefined || fs.superblock.blocksPerCluster > 1) {
    yield { position: 0, length: device.size };
    return;
  }
  const { blockSize, blockCount, firstDataBlock, groupCount } = fs.superblock;
  if (firstDataBlock > 0) yield { position: 0, length: firstDataBlock * blockSize };
  for (let group = 0; group < groupCount; group++) {
    const bitmap = blockBitmap(fs, group);
    const count = fs.groups.blocksIn(group);
    const base = fs.groups.firstBlockOf(group);
    for (let first = nextSet(bitmap, 0, count); first < count; ) {
      const end = nextClear(bitmap, first, count);
      yield { position: (base + first) * blockSize, length: (end - first) * blockSize };
      first = nextSet(bitmap, end, count);
    }
  }
  yield* nonZeroRuns(device, blockCount * blockSize, device.size);
}

/** Undefined where the file system is of a kind, or in a state, whose bitmaps do not tell all that is in use. */
function openedExt4(device: BlockDevice) {
  try {
    return mountExt4(device, () => new Date(0));
  } catch (error) {
    if (PiImageError.is(error) && ['image.not-supported', 'image.not-clean'].includes(error.code))
      return undefined;
    throw error;
  }
}

function* nonZeroRuns(device: BlockDevice, from: number, to: number): Generator<Run> {
  const buffer = readBuffer(Math.min(readSize, Math.max(0, to - from)));
  for (let position = from; position < to; position += readSize) {
    const bytes = buffer.subarray(0, Math.min(readSize, to - position));
    device.readInto(bytes, position);
    for (let at = 0; at < bytes.length; at += grain) {
      const end = Math.min(at + grain, bytes.length);
      if (!isZero(bytes, at, end)) yield { position: position + at, length: end - at };
    }
  }
}
