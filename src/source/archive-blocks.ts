import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { longestBlockHeader, lzma2, parseBlockHeader } from '../xz/block-header.ts';
import { checkSize } from '../xz/container.ts';
import { unlessFault } from '../xz/fault.ts';
import { paddedSize, type XzBlockPlace, type XzLayout } from '../xz/layout.ts';
import { layoutOf, readAt } from './archive-layout.ts';
import type { ArrivedBlock } from './arriving-blocks.ts';
import { type FileChunksOptions, fileChunks } from './file-chunks.ts';

/** A block of an .xz archive that may be taken over into another one. */
export interface ArchiveBlock {
  /** In the archive, and of the whole block with its padding; bytes. */
  readonly offset: number;
  readonly length: number;
  /** What the index of an archive says of it [4.3]. */
  readonly unpaddedSize: number;
  /** Bytes of the image in it. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** That of `xz -9 -T0`, and what a piece is still held in memory of. */
const largestBlock = 192 * 2 ** 20;
/** On average: with smaller ones, archives are larger and their index is long. */
const smallestBlock = 2 ** 18;
/** CRC64: what our archives have. */
const wantedCheck = 4;

export interface Archive {
  readonly sha256: string;
  /** All that it consists of, in the order of the image. */
  readonly blocks?: readonly ArchiveBlock[];
}

/**
 * The digest of an .xz archive, and of its blocks where others can take them over; read once, from front to back.
 * An archive that is no .xz, or of blocks that are not like ours, has just its digest.
 */
export async function surveyArchive(file: string, options: FileChunksOptions): Promise<Archive> {
  const layout = await fitLayoutOf(file);
  const whole = createHash('sha256');
  const digests: string[] = [];
  let block = createHash('sha256');
  let next = layout?.blocks[0];
  let position = 0;
  for await (const chunk of fileChunks(file, options)) {
    whole.update(chunk);
    for (let at = 0; next && at < chunk.length; ) {
      const from = next.offset - position;
      const to = from + paddedSize(next);
      block.update(chunk.subarray(Math.max(at, from), Math.max(0, to)));
      at = Math.max(0, to);
      if (to > chunk.length) break;
      digests.push(block.digest('hex'));
      block = createHash('sha256');
      next = layout?.blocks[digests.length];
    }
    position += chunk.length;
  }
  const sha256 = whole.digest('hex');
  if (layout === undefined || digests.length !== layout.blocks.length) return { sha256 };
  return { sha256, blocks: blocksOf(layout, digests) };
}

/** All blocks of an archive whose digests were computed as it arrived; undefined where one is missing. */
export function arrivedBlocks(
  layout: XzLayout,
  arrived: readonly ArrivedBlock[],
): readonly ArchiveBlock[] | undefined {
  const known = new Map(arrived.map(({ offset, length, sha256 }) => [`${offset} ${length}`, sha256]));
  const digests = layout.blocks.flatMap((block) => known.get(`${block.offset} ${paddedSize(block)}`) ?? []);
  return digests.length === layout.blocks.length ? blocksOf(layout, digests) : undefined;
}

function blocksOf({ blocks }: XzLayout, digests: readonly string[]): readonly ArchiveBlock[] {
  return blocks.map((block, index) => ({
    ...{ offset: block.offset, length: paddedSize(block) },
    ...{ unpaddedSize: block.unpaddedSize, size: block.size, sha256: digests[index] ?? '' },
  }));
}

/** The layout of an archive, if its blocks can be taken over. */
export async function fitLayoutOf(file: string): Promise<XzLayout | undefined> {
  const layout = await layoutOf(file);
  if (!layout || !isFit(layout)) return undefined;
  await using handle = await open(file, 'r');
  for (const block of layout.blocks) {
    if (!isOurs(await readAt(handle, block.offset, longestBlockHeader), block)) return undefined;
  }
  return layout;
}

function isFit({ blocks, size }: XzLayout): boolean {
  return (
    blocks.length > 0 &&
    size / blocks.length >= smallestBlock &&
    blocks.every((block) => block.size > 0 && block.size <= largestBlock && block.checkType === wantedCheck)
  );
}

/** As decoders on all cores want them, and with no filter that some do not know. */
function isOurs(head: Uint8Array, block: XzBlockPlace): boolean {
  const header = unlessFault(() => parseBlockHeader(head));
  return (
    header?.filterId === lzma2 &&
    header.size === block.size &&
    header.dataSize !== undefined &&
    header.length + header.dataSize + checkSize === block.unpaddedSize
  );
}
