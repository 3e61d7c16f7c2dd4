import { availableParallelism } from 'node:os';
import { appender, type ImageContent, type Sink, type WriteOptions } from './content.ts';
import { type EncodeOptions, type Encoder, encodeImage } from './encode.ts';
import { type Environment, type Program, runProgram, streamProgram } from './program.ts';

export const zstdProgram: Program = {
  name: 'zstd',
  sign: 'Zstandard',
  help: 'Install Zstandard (package zstd), or name the output .img.gz or .zip.',
  disregarded: ['ZSTD_CLEVEL', 'ZSTD_NBTHREADS'],
};

/** From 9 to 15 the time grows sixfold and images become 1 % smaller (docs/rationale.md). */
const level = 9;
/** Four windows of that level. */
const frameSize = 16 * 1024 * 1024;

/** Writes an image as a .zst of frames (RFC 8878, section 3), each of them compressed on its own by a process of zstd. */
export async function writeZst(
  content: ImageContent,
  sink: Sink,
  { environment, ...options }: WriteOptions & EncodeOptions & { readonly environment: Environment },
): Promise<void> {
  const append = appender(sink);
  for await (const { run, code } of encodeImage(content, zstEncoder(environment), options)) {
    await append(code.bytes);
    options.progress(run.position + run.length);
  }
}

const zstEncoder = (environment: Environment): Encoder => ({
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
