import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { isZero } from '../../model/zeros.ts';
import { streamEnd, streamHeader, streamHeaderWith } from '../../xz/container.ts';
import { paddedSize, type XzBlockPlace } from '../../xz/layout.ts';
import { layoutOf, readAt } from '../archive-layout.ts';
import { type Decode, type DecodeContext, isDamage } from './decoder.ts';

/** The blocks of an .xz file of one stream. */
export interface XzBlocks {
  readonly others: readonly XzBlockPlace[];
  /** Those that become nothing but zeros: two or more, each the same as the others. */
  readonly zeros: readonly XzBlockPlace[];
}

/** Zeros become less than a six thousandth with xz, which makes 4 KiB of a block of 24 MiB. */
const leastRatio = 1000;
const mostBytes = 2 ** 16;
/** Of more blocks each is so little of the image that it is not worth a look. */
const mostBlocks = 4096;

/**
 * Looks for blocks of zeros, which images are half of. There is no telling of one block that it is such a block, except
 * by decoding it; of the others that are the same, byte for byte, it is known then.
 * @returns undefined where there are none, and where the file is not whole or has several streams
 */
export async function findZeros(
  file: string,
  decode: Decode,
  context: DecodeContext,
): Promise<XzBlocks | undefined> {
  const { blocks } = (await layoutOf(file)) ?? { blocks: [] };
  if (blocks.length > mostBlocks || !areOneStream(blocks)) return undefined;
  await using handle = await open(file, 'r');
  const alike = new Map<string, XzBlockPlace[]>();
  for (const block of blocks.filter(isLittle)) {
    const bytes = await readAt(handle, block.offset, paddedSize(block));
    const name = `${block.size} ${createHash('sha256').update(bytes).digest('hex')}`;
    alike.set(name, [...(alike.get(name) ?? []), block]);
  }
  const [zeros = []] = [...alike.values()].sort((one, other) => other.length - one.length);
  const [first] = zeros;
  if (first === undefined || zeros.length < 2) return undefined;
  const bytes = await readAt(handle, first.offset, paddedSize(first));
  if (!(await isOfZeros(streamOf(bytes, first), decode, context))) return undefined;
  const known = new Set(zeros);
  return { zeros, others: blocks.filter((block) => !known.has(block)) };
}

/** The archive without its blocks of zeros: what a decoder has to see. */
export async function* withoutZeros(
  archive: AsyncIterable<Uint8Array>,
  { others, zeros }: XzBlocks,
): AsyncGenerator<Uint8Array> {
  const flags = flagsOf(zeros);
  yield streamHeaderWith(flags);
  let position = 0;
  let next = 0;
  for await (const chunk of archive) {
    const end = position + chunk.length;
    for (let block = others[next]; block && block.offset < end; block = others[++next]) {
      const blockEnd = block.offset + paddedSize(block);
      yield chunk.subarray(Math.max(block.offset - position, 0), Math.min(blockEnd, end) - position);
      if (blockEnd > end) break;
    }
    position = end;
  }
  yield streamEnd(others, flags);
}

/** What came of that, with the zeros in their places again. */
export async function* withZeros(
  content: AsyncIterable<Uint8Array>,
  { zeros }: XzBlocks,
): AsyncGenerator<Uint8Array> {
  let position = 0;
  let next = 0;
  const due = function* (): Generator<Uint8Array> {
    for (let run = zeros[next]; run?.position === position; run = zeros[++next]) {
      yield* zerosOf(run.size);
      position += run.size;
    }
  };
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; ) {
      yield* due();
      const length = Math.min(chunk.length - at, (zeros[next]?.position ?? Infinity) - position);
      yield chunk.subarray(at, at + length);
      at += length;
      position += length;
    }
  }
  yield* due();
}

const someZeros = new Uint8Array(2 ** 20);

function* zerosOf(size: number): Generator<Uint8Array> {
  for (let left = size; left > 0; left -= someZeros.length) yield someZeros.subarray(0, left);
}

function isLittle(block: XzBlockPlace): boolean {
  const length = paddedSize(block);
  return length <= mostBytes && length * leastRatio <= block.size;
}

/** Only of one stream the blocks have the same check, and nothing between them. */
function areOneStream(blocks: readonly XzBlockPlace[]): boolean {
  let offset = streamHeader.length;
  return blocks.every((block) => {
    const follows = block.offset === offset;
    offset += paddedSize(block);
    return follows;
  });
}

function flagsOf([block]: readonly XzBlockPlace[]): Uint8Array {
  return Uint8Array.of(0, block?.checkType ?? 0);
}

/** A stream of a single block. */
async function* streamOf(bytes: Uint8Array, block: XzBlockPlace): AsyncGenerator<Uint8Array> {
  const flags = flagsOf([block]);
  yield* [streamHeaderWith(flags), bytes, streamEnd([block], flags)];
}

async function isOfZeros(
  archive: AsyncIterable<Uint8Array>,
  decode: Decode,
  context: DecodeContext,
): Promise<boolean> {
  try {
    for await (const piece of decode(archive, context)) if (!isZero(piece)) return false;
    return true;
  } catch (error) {
    // Whoever decodes the whole of it comes upon the damage, too, and tells of it.
    if (isDamage(error)) return false;
    throw error;
  }
}
