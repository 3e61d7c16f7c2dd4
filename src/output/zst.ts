import { availableParallelism } from 'node:os';
import { appender, type ImageContent, type Sink, type WriteOptions } from './content.ts';
import { type EncodeOptions, type Encoder, encodeImage } from './encode.ts';
import { levels } from './level.ts';
import { type Environment, type Program, runProgram, streamProgram } from './program.ts';

export const zstdProgram: Program = {
  name: 'zstd',
  sign: 'Zstandard',
  help: 'Install Zstandard (package zstd), or name the output .img.gz or .zip.',
  disregarded: ['ZSTD_CLEVEL', 'ZSTD_NBTHREADS'],
};

/** Four windows of the usual level. */
const frameSize = 16 * 1024 * 1024;

export interface ZstOptions extends WriteOptions, EncodeOptions {
  readonly environment: Environment;
  /** Of zstd, 1 to 19. @default 9 */
  readonly level?: number | undefined;
}

/** Writes an image as a .zst of frames (RFC 8878, section 3), each of them compressed on its own by a process of zstd. */
export async function writeZst(
  content: ImageContent,
  sink: Sink,
  { environment, level = levels['.img.zst'].usual, ...options }: ZstOptions,
): Promise<void> {
  const append = appender(sink);
  for await (const { run, code } of encodeImage(content, zstEncoder(environment, level), options)) {
    await append(code.bytes);
    options.progress(run.position + run.length);
  }
}

const zstEncoder = (environment: Environment, level: number): Encoder => ({
  name: `zstd-${level}`,
  cuts: { large: frameSize, small: frameSize / 32 },
  limit: availableParallelism(),
  async encode(bytes, stop) {
    // Each frame says its size and a checksum; one thread, because the result depends on there being several.
    const size = `--stream-size=${bytes.length}`;
    const args = ['--quiet', '--single-thread', '--check', `-${level}`, size, '--stdout'];
    const maxBuffer = 2 * bytes.length + 4096;
    const code = await runProgram(zstdProgram, args, bytes, { environment, maxBuffer, stop });
    return { bytes: code, figure: 0 };
  },
  decode({ bytes }, _size, stop) {
    const args = ['--quiet', '--decompress', '--stdout'];
    return streamProgram(zstdProgram, args, { environment, input: [bytes], stop });
  },
});
