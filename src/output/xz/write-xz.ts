import { availableParallelism } from 'node:os';
import type { OriginalCodes } from '../../model/code.ts';
import { streamEnd, streamHeader, type XzBlock } from '../../xz/container.ts';
import { appender, type ImageContent, type Sink, type WriteOptions } from '../content.ts';
import { type EncodeOptions, type Encoder, encodeImage } from '../encode.ts';
import { levels } from '../level.ts';
import { type Environment, streamProgram } from '../program.ts';
import { blockOf } from './block.ts';
import { replayIn } from './replay.ts';
import { type ReplayThreads, replayThreads } from './replay-threads.ts';
import { compress, memoryFor, xzProgram } from './tool.ts';

export interface XzOptions extends WriteOptions, EncodeOptions {
  readonly environment: Environment;
  /** Blocks of the base's own archive. Where there are such, the image is cut as they are. */
  readonly blocks?: OriginalCodes | undefined;
  /** The raw file below the content. Without it, what is kept of those blocks is of no use. */
  readonly base?: string | undefined;
  /** Bytes of the image in a block where no edit has touched it. @default 24 MiB */
  readonly blockSize?: number;
  /** Most bytes of the image in a block where edits have. @default a 32nd of `blockSize` */
  readonly editedBlockSize?: number;
  /** Preset of xz, 0 to 9. @default 6 */
  readonly level?: number | undefined;
}

/** Three times the dictionary of preset 6, as `xz -T0` cuts: smaller blocks compress worse, larger ones spread worse. */
const defaultBlockSize = 24 * 1024 * 1024;

const largestReplayed = 64 * 1024 * 1024;
const mostReplayed = 128 * 1024;

/** Writes an image as one .xz stream of blocks, each on its own: compressed by a process of xz, or taken from the base. */
export async function writeXz(content: ImageContent, sink: Sink, options: XzOptions): Promise<void> {
  const sizes: Pick<XzBlock, 'unpaddedSize' | 'size'>[] = [];
  const append = appender(sink);
  await using threads = replayThreads();
  await append(streamHeader);
  for await (const { run, code } of encodeImage(content, xzEncoder(options, threads), options)) {
    await append(code.bytes);
    sizes.push({ unpaddedSize: code.figure, size: run.length });
    options.progress(run.position + run.length);
  }
  await append(streamEnd(sizes));
}

function xzEncoder(
  {
    environment,
    blocks,
    store,
    base,
    blockSize = defaultBlockSize,
    editedBlockSize = blockSize / 32,
    level = levels['.img.xz'].usual,
  }: XzOptions,
  threads: ReplayThreads,
): Encoder {
  return {
    name: `xz-${level}`,
    cuts: { large: blockSize, small: editedBlockSize, given: blocks?.sizes, keeps },
    limit: concurrency(level, blockSize),
    original: blocks,
    async encode(bytes, stop) {
      const block = blockOf(await compress(bytes, { environment, level, stop }), bytes.length);
      return { bytes: block.bytes, figure: block.unpaddedSize };
    },
    decode({ bytes, figure }, size, stop) {
      const end = streamEnd([{ unpaddedSize: figure, size }]);
      const args = ['--decompress', '--format=xz', '--threads=1', '--stdout'];
      return streamProgram(xzProgram, args, { environment, input: [streamHeader, bytes, end], stop });
    },
    ...(blocks && { replay: replayIn(threads, { blocks, store, base }) }),
  };
}

/**
 * Whether a block of the base is replayed with its edits. What is new in it does not become matches, so it has to be
 * little; and all of a block is in memory.
 */
function keeps(length: number, edited: number): boolean {
  return length <= largestReplayed && edited <= Math.min(mostReplayed, length / 4);
}

/** As many processes as there are cores, and as fit into half of the free memory. */
function concurrency(level: number, blockSize: number): number {
  // To what xz takes comes the block before and after it is compressed.
  const each = memoryFor(level, blockSize) + 2 * blockSize;
  const fitting = Math.floor(process.availableMemory() / 2 / each);
  return Math.max(1, Math.min(availableParallelism(), fitting));
}
