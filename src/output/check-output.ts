import { constants } from 'node:fs';
import { access, lstat, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { systemCode, writeFailure } from '../model/write-failure.ts';
import type { Destination } from './draft.ts';
import { blockMapNameOf, formatOf, type OutputFormat } from './format.ts';
import { checkLevel } from './level.ts';
import { checkProgram, type Environment, type Program } from './program.ts';
import { xzProgram } from './xz/tool.ts';
import { zstdProgram } from './zst.ts';

/** Where a finished image goes, found fit to be written. */
export interface Output {
  /** Absolute; an output that is a link to a file is the file that it leads to. */
  readonly path: string;
  readonly format: OutputFormat;
  readonly overwrite: boolean;
}

export interface OutputOptions {
  readonly overwrite: boolean;
  /** A block map goes beside it, so there must be room for its name too. @default false */
  readonly blockMap?: boolean;
  /** Of compression. @default that of the format */
  readonly level?: number | undefined;
  /** The base image, where it is a file of this computer; the output must not be that file. */
  readonly base: string;
  /** Where programs are found. */
  readonly environment: Environment;
}

/** Everything about the output that can be said before anything is downloaded. */
export async function checkOutput(file: string, options: OutputOptions): Promise<Output> {
  const format = formatOf(file);
  if (format === '.pipatch' && options.blockMap) {
    throw new PiImageError('output.format', `A patch has no block map: ${file}`, {
      help: 'Leave out --bmap here, and pass it to `pi-image apply`.',
    });
  }
  checkLevel(options.level, [format]);
  const output = { path: await followLink(path.resolve(file)), format, overwrite: options.overwrite };
  await refuseBase(output, options.base);
  await checkName(output);
  if (options.blockMap) await checkName({ path: blockMapNameOf(output.path), overwrite: output.overwrite });
  await checkDirectory(output);
  await checkProgramFor(format, options.environment);
  return output;
}

/** What formats are made by that Node cannot make. */
const programs: Partial<Readonly<Record<OutputFormat, Program>>> = {
  '.img.xz': xzProgram,
  '.img.zst': zstdProgram,
};

/** @throws PiImageError `output.failed` when the format needs a program that is not there */
export async function checkProgramFor(format: OutputFormat, environment: Environment): Promise<void> {
  const program = programs[format];
  if (program) await checkProgram(program, environment);
}

/** @throws PiImageError `output.exists` when both are the same file, by whatever names, links or hard links. */
export async function refuseBase(output: Output, base: string): Promise<void> {
  const [one, other] = await Promise.all([identityOf(output.path), identityOf(base)]);
  if (one === undefined || one !== other) return;
  throw new PiImageError('output.exists', `${output.path} is the base image itself`, {
    help: 'Name another output: the base stays as it is.',
  });
}

export function outputExists(file: string): PiImageError {
  return new PiImageError('output.exists', `${file} exists`, {
    help: 'Name another output, or pass --overwrite (`overwrite: true`) to replace it.',
  });
}

async function identityOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}

/** The file behind a link is replaced, not the link; a link to nothing is an entry in the way like any other. */
async function followLink(file: string): Promise<string> {
  const found = await lstat(file).catch(() => undefined);
  return found?.isSymbolicLink() ? realpath(file).catch(() => file) : file;
}

async function checkName({ path: file, overwrite }: Destination): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined) return;
  if (found.isDirectory()) {
    throw new PiImageError('output.exists', `${file} is a folder`, {
      help: 'Name the file to write, not the folder it goes to.',
    });
  }
  if (!overwrite) throw outputExists(file);
  if (found.isFile() || found.isSymbolicLink()) return;
  throw new PiImageError('output.exists', `${file} exists and is not a regular file`, {
    help: 'Write a file, then flash it with Raspberry Pi Imager or Etcher.',
  });
}

async function checkDirectory({ path: file }: Output): Promise<void> {
  const directory = path.dirname(file);
  const found = await stat(directory).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw writeFailure(file, error);
  });
  if (!found?.isDirectory()) {
    throw new PiImageError('output.failed', `${directory}, where ${path.basename(file)} goes, is no folder`, {
      help: 'Make that folder first, or write to another one.',
    });
  }
  // The partial output is a new entry of the folder, so it is the folder that must be writable.
  await access(directory, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw writeFailure(directory, error);
  });
}
