import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import { encodeHeader, type PatchHeader, type Range } from './layout.ts';
import { blocksOf, type Readable, resultDigest } from './result-digest.ts';

/** An edited image, and which of its bytes may differ from the base. */
export interface Edited extends Readable {
  /** Sorted, without overlaps. */
  dirtyRuns(): Iterable<Range>;
}

export type PatchOrigin = Pick<PatchHeader, 'base' | 'isPrivate'>;

/** The bytes of a patch, in order. The same image over the same base gives the same bytes. */
export function* encodePatch(edited: Edited, { base, isPrivate }: PatchOrigin): Generator<Uint8Array> {
  const ranges = [...edited.dirtyRuns()];
  const result = { size: edited.size, digest: resultDigest(edited, { base, ranges }) };
  const checksum = createHash('sha256');
  for (const part of partsOf(edited, { base, result, isPrivate, ranges })) {
    checksum.update(part);
    yield part;
  }
  yield checksum.digest();
}

function* partsOf(edited: Edited, header: PatchHeader): Generator<Uint8Array> {
  yield encodeHeader(header);
  for (const block of blocksOf(edited, header.ranges)) {
    const compressed = zlib.deflateRawSync(block);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(compressed.length);
    yield length;
    yield compressed;
  }
}
