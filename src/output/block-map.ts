import { createHash } from 'node:crypto';
import type { ImageContent, Run } from './content.ts';
import { digestOfContent } from './digest.ts';
import { type Draft, openDraft } from './draft.ts';
import { blockMapNameOf } from './format.ts';

const blockSize = 4096;
const noChecksum = '0'.repeat(64);

/** Consecutive blocks, the last one included. */
export interface BlockRange {
  readonly first: number;
  readonly last: number;
}

export interface MappedRange extends BlockRange {
  readonly sha256: string;
}

export interface BlockMapOptions {
  /** The finished image. */
  readonly output: string;
  readonly overwrite: boolean;
  readonly isPrivate: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The block map of an image beside it, for flashing no more than `used`, which is sorted by position. A draft, to be
 * published when the image is. It is as private as the image: the digest of a short range can confirm a guess of
 * what is in it.
 */
export async function draftBlockMap(
  content: Pick<ImageContent, 'size' | 'readInto'>,
  used: Iterable<Run>,
  { output, overwrite, isPrivate, signal }: BlockMapOptions,
): Promise<Draft> {
  const draft = await openDraft({ path: blockMapNameOf(output), overwrite }, { isPrivate, signal });
  try {
    const ranges: MappedRange[] = [];
    for (const range of blockRanges(used)) {
      ranges.push({
        ...range,
        sha256: await digestOfContent(content, runOf(range, content.size), { signal }),
      });
    }
    await draft.write(Buffer.from(blockMapText(content.size, ranges)), 0);
    await draft.flush();
    return draft;
  } catch (error) {
    await draft[Symbol.asyncDispose]();
    throw error;
  }
}

/** The blocks that runs of bytes, sorted by position, lie in; neighbours are joined. */
export function* blockRanges(runs: Iterable<Run>): Generator<BlockRange> {
  let range: BlockRange | undefined;
  for (const { position, length } of runs) {
    if (length === 0) continue;
    const first = Math.floor(position / blockSize);
    const last = Math.floor((position + length - 1) / blockSize);
    if (range && first <= range.last + 1) {
      range = { first: range.first, last: Math.max(range.last, last) };
      continue;
    }
    if (range) yield range;
    range = { first, last };
  }
  if (range) yield range;
}

/** A block map of version 2.0, as Intel's bmap-tools define it, for an image of `size` bytes. */
export function blockMapText(size: number, ranges: readonly MappedRange[]): string {
  const mapped = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const text = [
    '<?xml version="1.0" ?>',
    '<bmap version="2.0">',
    `  <ImageSize>${size}</ImageSize>`,
    `  <BlockSize>${blockSize}</BlockSize>`,
    `  <BlocksCount>${Math.ceil(size / blockSize)}</BlocksCount>`,
    `  <MappedBlocksCount>${mapped}</MappedBlocksCount>`,
    '  <ChecksumType>sha256</ChecksumType>',
    `  <BmapFileChecksum>${noChecksum}</BmapFileChecksum>`,
    '  <BlockMap>',
    ...ranges.map(({ first, last, sha256 }) => {
      const blocks = first === last ? first : `${first}-${last}`;
      return `    <Range chksum="${sha256}">${blocks}</Range>`;
    }),
    '  </BlockMap>',
    '</bmap>',
    '',
  ].join('\n');
  // The checksum is that of the file with zeros in its own place.
  const ofFile = createHash('sha256').update(text).digest('hex');
  return text.replace(`<BmapFileChecksum>${noChecksum}<`, `<BmapFileChecksum>${ofFile}<`);
}

/** The last block of an image may be cut short. */
function runOf({ first, last }: BlockRange, size: number): Run {
  const position = first * blockSize;
  return { position, length: Math.min(size, (last + 1) * blockSize) - position };
}
