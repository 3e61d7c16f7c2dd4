import { createHash } from 'node:crypto';
import { blockSize, type PatchHeader, type Range, totalOf } from './layout.ts';

/** Bytes that can be read at random. */
export interface Readable {
  readonly size: number;
  /** Fills the whole of `target` from `position`. */
  readInto(target: Uint8Array, position: number): void;
}

/** What a result is known by: its base, its size, and the changed bytes with their places. */
export interface ResultIdentity {
  readonly base: PatchHeader['base'];
  readonly ranges: readonly Range[];
}

/**
 * SHA-256 over the base's size and digest, the size of `result`, the ranges, and their bytes; hex. Together with a
 * base of that digest it fixes every byte of the result, at the cost of reading the changed ones only.
 */
export function resultDigest(result: Readable, { base, ranges }: ResultIdentity): string {
  const hash = createHash('sha256')
    .update(numbers(base.size))
    .update(base.sha256, 'hex')
    .update(numbers(result.size, ranges.length));
  for (const { position, length } of ranges) hash.update(numbers(position, length));
  for (const block of blocksOf(result, ranges)) hash.update(block);
  return hash.digest('hex');
}

/** The bytes of all ranges one behind the other, cut into blocks; each is valid until the next is asked for. */
export function* blocksOf(content: Readable, ranges: readonly Range[]): Generator<Uint8Array> {
  const block = new Uint8Array(Math.min(blockSize, totalOf(ranges)));
  let filled = 0;
  for (const { position, length } of ranges) {
    for (let done = 0; done < length; ) {
      const some = block.subarray(filled, filled + length - done);
      content.readInto(some, position + done);
      done += some.length;
      filled += some.length;
      if (filled < block.length) continue;
      yield block;
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => {
    bytes.writeBigUInt64LE(BigInt(value), index * 8);
  });
  return bytes;
}
