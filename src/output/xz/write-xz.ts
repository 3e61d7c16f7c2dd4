import { availableParallelism } from 'node:os';
import type { OriginalCodes } from '../../model/code.ts';
import { streamEnd, streamHeader, type XzBlock } from '../../xz/container.ts';
import { appender, type ImageContent, type Sink, type WriteOptions } from '../content.ts';
import { type EncodeOptions, type Encoder, encodeImage } from '../encode.ts';
import { blockOf } from './block.ts';
import { compress, decompress, type Environment } from './tool.ts';

export interface XzOptions extends WriteOptions, EncodeOptions {
  readonly environment: Environment;
  /** Blocks of the base's own archive. Where there are such, the image is cut as they are. */
  readonly blocks?: OriginalCodes | undefined;
  /** Bytes of the image in a block where no edit has touched it. @default 24 MiB */
  readonly blockSize?: number;
  /** Most bytes of the image in a block where edits have. @default a 32nd of `blockSize` */
  readonly editedBlockSize?: number;
  /** Preset of xz, 0 to 9. @default 6 */
  readonly level?: number;
}

/** Three times the dictionary of preset 6, as `xz -T0` cuts: smaller blocks compress worse, larger ones spread worse. */
const defaultBlockSize = 24 * 1024 * 1024;
/** xz -6 takes 94 MiB; to that comes a block before and after it is compressed. */
const memoryPerBlock = 150 * 1024 * 1024;

/** Writes an image as one .xz stream of blocks, each compressed on its own by a process of xz. */
export async function writeXz(content: ImageContent, sink: Sink, options: XzOptions): Promise<void> {
  const sizes: Pick<XzBlock, 'unpaddedSize' | 'size'>[] = [];
  const append = appender(sink);
  await append(streamHeader);
  for await (const { run, code } of encodeImage(content, xzEncoder(options), options)) {
    await append(code.bytes);
    sizes.push({ unpaddedSize: code.figure, size: run.length });
    options.progress(run.position + run.length);
  }
  await append(streamEnd(sizes));
}

function xzEncoder({
  environment,
  blocks,
  blockSize = defaultBlockSize,
  editedBlockSize = blockSize / 32,
  level = 6,
}: XzOptions): Encoder {
  return {
    name: `xz-${level}`,
    cuts: { large: blockSize, small: editedBlockSize, given: blocks?.sizes },
    limit: concurrency(),
    original: blocks,
    async encode(bytes, stop) {
      const block = blockOf(await compress(bytes, { environment, level, stop }), bytes.length);
      return { bytes: block.bytes, figure: block.unpaddedSize };
    },
    decode({ bytes, figure }, size, stop) {
      const end = streamEnd([{ unpaddedSize: figure, size }]);
      return decompress(Buffer.concat([streamHeader, bytes, end]), { environment, size, stop });
    },
  };
}

/** As many processes as there are cores, and as fit into half of the free memory. */
function concurrency(): number {
  const fitting = Math.floor(process.availableMemory() / 2 / memoryPerBlock);
  return Math.max(1, Math.min(availableParallelism(), fitting));
}
