import type { BlockDevice } from '../device.ts';
import { type FatGeometry, sectorSize } from '../fat/bpb.ts';
import type { BlockUse } from './block-use.ts';
import type { Findings } from './findings.ts';

/** A check under way. */
export interface FatCheck {
  readonly device: BlockDevice;
  readonly geometry: FatGeometry;
  readonly findings: Findings;
  /** Entries of the first allocation table, by cluster. */
  readonly table: Uint32Array;
  readonly use: BlockUse;
}

/** The clusters of a chain, as far as it goes; each is taken, and where it goes wrong is a finding. */
export function followChain(check: FatCheck, first: number, what: string): readonly number[] {
  const { geometry, table, use, findings } = check;
  const { end, bad } = marksOf(geometry);
  const chain: number[] = [];
  for (let cluster = first; ; cluster = table[cluster]!) {
    if (cluster < 2 || cluster >= geometry.clusters + 2) {
      findings.add(
        `${what} leads to cluster ${cluster}, which ${cluster === bad ? 'is marked as bad' : 'does not exist'}`,
      );
      break;
    }
    if (table[cluster] === 0) {
      findings.add(`${what} contains cluster ${cluster}, which is free`);
      break;
    }
    if (use.take(cluster, 1) !== undefined) {
      findings.add(`${what} contains cluster ${cluster}, which is in use already`);
      break;
    }
    chain.push(cluster);
    if (table[cluster]! >= end) break;
  }
  return chain;
}

export function readChain(check: FatCheck, first: number, what: string): Uint8Array {
  const { clusterSize, dataStart } = check.geometry;
  const chain = followChain(check, first, what);
  const bytes = new Uint8Array(chain.length * clusterSize);
  chain.forEach((cluster, index) => {
    const position = dataStart * sectorSize + (cluster - 2) * clusterSize;
    check.device.readInto(bytes.subarray(index * clusterSize, (index + 1) * clusterSize), position);
  });
  return bytes;
}

/** Entries from `end` on close a chain; `bad` marks a cluster that cannot be used. */
export function marksOf({ format }: FatGeometry): { readonly end: number; readonly bad: number } {
  const bad = { fat12: 0xff7, fat16: 0xfff7, fat32: 0x0ffffff7 }[format];
  return { end: bad + 1, bad };
}
