import { Readable } from 'node:stream';
import type { ExecaError } from 'execa';
import { PiImageError } from '../model/errors.ts';

/** Variables of the build machine. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A program that compresses, as XZ Utils and Zstandard have one. */
export interface Program {
  readonly name: string;
  /** In what `--version` says: another program may have that name. */
  readonly sign: string;
  /** Where to get it, or what to do without. */
  readonly help: string;
  /** Variables that would change what comes out. */
  readonly disregarded: readonly string[];
}

export interface RunOptions {
  readonly environment: Environment;
  /** Bytes of output, and no more. */
  readonly maxBuffer: number;
  readonly stop: AbortSignal;
}

export interface StreamOptions {
  readonly environment: Environment;
  readonly input?: readonly Uint8Array[];
  readonly stop?: AbortSignal | undefined;
}

/** @throws PiImageError `output.failed` when the program is not there */
export async function checkProgram(program: Program, environment: Environment): Promise<void> {
  const { execa } = await loaded();
  const { stdout, failed } = await execa(program.name, ['--version'], {
    ...optionsFor(program, environment),
    reject: false,
  });
  if (!failed && `${stdout}`.includes(program.sign)) return;
  const message = `this output needs the program ${program.name}, which is not on your PATH`;
  throw new PiImageError('output.failed', message, { help: program.help });
}

/**
 * Gives bytes to a program and returns what it makes of them.
 * @throws PiImageError `output.failed` with what it says
 */
export async function runProgram(
  program: Program,
  args: readonly string[],
  input: Uint8Array,
  { environment, maxBuffer, stop }: RunOptions,
): Promise<Uint8Array> {
  const { execa } = await loaded();
  try {
    const { stdout } = await execa(program.name, args, {
      ...optionsFor(program, environment),
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
    throw failed(program, cause);
  }
}

/**
 * What a program prints, piece by piece, of what it is given in pieces.
 * @throws PiImageError `output.failed` with what it says
 */
export async function* streamProgram(
  program: Program,
  args: readonly string[],
  { environment, input = [], stop }: StreamOptions,
): AsyncGenerator<Uint8Array> {
  const { execa } = await loaded();
  const run = execa(program.name, args, {
    ...optionsFor(program, environment),
    input: Readable.from(input),
    buffer: { stdout: false },
    encoding: 'buffer',
    ...(stop && { cancelSignal: stop }),
  });
  // Of what comes of it before it is awaited, the pieces tell all.
  run.catch(() => {});
  try {
    yield* run.stdout;
    await run;
  } catch (cause) {
    stop?.throwIfAborted();
    throw failed(program, cause);
  } finally {
    run.kill();
  }
}

/** Most outputs need no program, and each thread of a fleet would load it for itself. */
const loaded = () => import('execa');

function failed({ name }: Program, cause: unknown): PiImageError {
  return new PiImageError('output.failed', `the program ${name} failed: ${saidBy(cause)}`, {
    help: 'Check that there is memory enough, or write the image as .img.gz.',
    cause,
  });
}

function saidBy(failure: unknown): string {
  if (!(failure instanceof Error && 'shortMessage' in failure)) return String(failure);
  const { stderr, shortMessage }: { readonly stderr?: unknown; readonly shortMessage: string } =
    failure as ExecaError;
  const text = stderr instanceof Uint8Array ? Buffer.from(stderr).toString().trim() : '';
  return text || shortMessage;
}

function optionsFor({ disregarded }: Program, environment: Environment) {
  const without = Object.fromEntries(disregarded.map((name) => [name, undefined]));
  return { env: { ...environment, ...without }, extendEnv: false } as const;
}
