import { Readable } from 'node:stream';
import { ExecaError, execa } from 'execa';
import { PiImageError } from '../../model/errors.ts';

/** Variables of the build machine; XZ_OPT and XZ_DEFAULTS would change what comes out. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws PiImageError `output.failed` when there is no xz of XZ Utils; the one of BusyBox only decompresses. */
export async function checkXz(environment: Environment): Promise<void> {
  const { stdout, failed } = await execa('xz', ['--version'], {
    ...optionsFor(environment),
    reject: false,
  });
  if (!failed && `${stdout}`.includes('XZ Utils')) return;
  throw new PiImageError('output.failed', 'an .img.xz needs the program xz, which is not on your PATH', {
    help: 'Install XZ Utils (package xz-utils or xz), or name the output .img.gz or .zip.',
  });
}

interface RunOptions {
  readonly environment: Environment;
  readonly stop: AbortSignal;
}

/**
 * Compresses bytes into a stream of one block.
 * @throws PiImageError `output.failed` with what xz says
 */
export function compress(
  bytes: Uint8Array,
  { level, ...options }: RunOptions & { readonly level: number },
): Promise<Uint8Array> {
  const filter = `--lzma2=preset=${level},dict=${dictionarySize(level, bytes.length)}`;
  const args = ['--compress', '--format=xz', '--check=crc64', '--threads=1', filter, '--stdout'];
  // What does not compress grows by a few bytes a kilobyte at most.
  return run(args, bytes, { ...options, maxBuffer: 2 * bytes.length + 4096 });
}

/** Dictionaries of the presets 0 to 9, as powers of two of bytes (man xz). */
const presetDictionaries = [18, 20, 21, 22, 22, 23, 23, 24, 25, 26] as const;

/** That of the preset, or what suffices for so many bytes: a larger one only costs time to set up, and memory. */
export function dictionarySize(level: number, bytes: number): number {
  const preset = presetDictionaries[level] ?? 23;
  return 2 ** Math.min(preset, Math.max(12, Math.ceil(Math.log2(bytes))));
}

/**
 * Decompresses a stream, given in pieces, piece by piece.
 * @throws PiImageError `output.failed` with what xz says
 */
export async function* decompress(
  pieces: readonly Uint8Array[],
  { environment, stop }: RunOptions,
): AsyncGenerator<Uint8Array> {
  const xz = execa('xz', ['--decompress', '--format=xz', '--threads=1', '--stdout'], {
    ...optionsFor(environment),
    input: Readable.from(pieces),
    buffer: { stdout: false },
    encoding: 'buffer',
    cancelSignal: stop,
  });
  // Of what comes of it before it is awaited, the pieces tell all.
  xz.catch(() => {});
  try {
    yield* xz.stdout;
    await xz;
  } catch (cause) {
    stop.throwIfAborted();
    throw failed(cause);
  } finally {
    xz.kill();
  }
}

async function run(
  args: readonly string[],
  input: Uint8Array,
  { environment, maxBuffer, stop }: RunOptions & { readonly maxBuffer: number },
): Promise<Uint8Array> {
  try {
    const { stdout } = await execa('xz', args, {
      ...optionsFor(environment),
      input,
      encoding: 'buffer',
      // What decompresses may well end in one.
      stripFinalNewline: false,
      maxBuffer,
      cancelSignal: stop,
    });
    return stdout;
  } catch (cause) {
    stop.throwIfAborted();
    throw failed(cause);
  }
}

function failed(cause: unknown): PiImageError {
  return new PiImageError('output.failed', `the program xz failed: ${saidBy(cause)}`, {
    help: 'Check that there is memory enough, or write the image as .img.gz.',
    cause,
  });
}

/** Decompresses a file, on all cores where xz can (5.4 and later) and the blocks tell their sizes. */
export async function decompressFile(
  file: string,
  use: (bytes: Uint8Array) => void,
  environment: Environment,
  signal?: AbortSignal,
): Promise<void> {
  const xz = execa('xz', ['--decompress', '--stdout', '--threads=0', '--', file], {
    ...optionsFor(environment),
    stdin: 'ignore',
    buffer: false,
    encoding: 'buffer',
    ...(signal && { cancelSignal: signal }),
  });
  xz.stdout.on('data', use);
  await xz;
}

function saidBy(failure: unknown): string {
  if (!(failure instanceof ExecaError)) return String(failure);
  const stderr: unknown = failure.stderr;
  const text = stderr instanceof Uint8Array ? Buffer.from(stderr).toString().trim() : '';
  return text || failure.shortMessage;
}

function optionsFor(environment: Environment) {
  return {
    env: { ...environment, XZ_OPT: undefined, XZ_DEFAULTS: undefined },
    extendEnv: false,
  } as const;
}
