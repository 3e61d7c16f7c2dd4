import { createHash } from 'node:crypto';
import { type Grain, usualGrain } from '../../../src/xz/lzma/parts.ts';
import type { BlockBytes, RestartedLzma2 } from '../../../src/xz/lzma/replay.ts';
import { type Lzma2, restart } from '../../../src/xz/lzma/restart.ts';
import { xz } from '../../fixtures/xz.ts';

/** Parts so small that short data has many of them. */
export const smallGrain: Grain = { part: 8192, piece: 64 };

export function restarted(
  block: Lzma2,
  grain: Grain = usualGrain,
): { readonly block: RestartedLzma2; readonly data: Uint8Array } {
  const data = new Uint8Array(block.size);
  const { pieces, references } = restart(block, data, grain);
  return { block: { ...block, bytes: Buffer.concat(pieces), references }, data };
}

/** By xz, which knows no checks and no sizes here: what it gives is what the data says. */
export function unpacked({ dictionary }: Lzma2, bytes: Uint8Array): Buffer {
  return xz(bytes, '--decompress', '--format=raw', `--lzma2=dict=${dictionary}`);
}

/** Bytes that are there from the start. */
export function atHand(data: Uint8Array): BlockBytes {
  return { data, need: () => {} };
}

/** Bytes that come when they are asked for, among others that are wrong. */
export function onDemand(bytes: Uint8Array): BlockBytes {
  const data = new Uint8Array(bytes.length).fill(0xa5);
  return { data, need: ({ from, to }) => data.set(bytes.subarray(from, to), from) };
}

/** Bytes that do not compress, the same every time. */
export function noise(length: number): Buffer {
  const pieces = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(`noise ${index}`).digest(),
  );
  return Buffer.concat(pieces).subarray(0, length);
}
