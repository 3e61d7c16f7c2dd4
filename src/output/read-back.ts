import { type FileHandle, open } from 'node:fs/promises';
import { PiImageError } from '../model/errors.ts';
import { readBuffer } from '../model/read-buffer.ts';
import { systemCode } from '../model/write-failure.ts';
import type { Output } from './check-output.ts';
import { comparison } from './comparison.ts';
import { type ImageContent, piecesOf, type Run, type WriteOptions, wholeOf } from './content.ts';
import { decode } from './decode.ts';
import { digestOfParts } from './digest.ts';
import type { Environment } from './program.ts';
import type { Written } from './write-image.ts';

const pieceSize = 1024 * 1024;
/** Pieces of what no edit has touched that are compared all the same, spread over the image. */
const samples = 32;

export interface ReadBackOptions extends WriteOptions {
  readonly environment: Environment;
  /** `written`: what the edits have touched, and samples of the rest. `full`: every byte. */
  readonly extent: 'written' | 'full';
}

/**
 * Reads a draft back and compares it with what was written to it; the SHA-256 of the file where all of it was read.
 * What a compressed one consists of was decoded piece by piece as it was made, so only `full` decodes the whole;
 * a patch is not decoded here: it makes an image only together with its base.
 * @throws PiImageError `image.verify`
 */
export async function readBack(
  file: string,
  { format }: Pick<Output, 'format'>,
  content: ImageContent,
  { sha256, parts = [] }: Pick<Written, 'sha256' | 'parts'>,
  options: ReadBackOptions,
): Promise<string | undefined> {
  const isFull = options.extent === 'full';
  if (format === '.img') {
    const runs = isFull ? [wholeOf(content)] : [...content.dirtyRuns(), ...sampleOf(content)];
    await compareRuns(file, content, runs, options);
    return sha256;
  }
  const digest = await digestOfParts(file, parts).catch((cause: unknown) => {
    throw unlike((cause as Error).message, cause);
  });
  if (format === '.pipatch' || !isFull) return digest;
  const compare = comparison(content, wholeOf(content));
  await decode(file, format, (bytes) => options.progress(compare.next(bytes)), options).catch(
    (cause: unknown) => {
      options.signal?.throwIfAborted();
      throw unlike(`${file} cannot be decoded: ${(cause as Error).message}`, cause);
    },
  );
  if (!compare.isAlike()) throw unlike(`${file} does not hold the image that was written to it`);
  return digest;
}

function sampleOf({ size }: ImageContent): Run[] {
  const pieces = Math.floor(size / pieceSize);
  const count = Math.min(samples, pieces);
  return Array.from({ length: count }, (_, index) => ({
    position: Math.floor((index * pieces) / count) * pieceSize,
    length: pieceSize,
  }));
}

async function compareRuns(
  file: string,
  content: ImageContent,
  runs: Iterable<Run>,
  { progress, signal }: WriteOptions,
): Promise<void> {
  await using handle = await open(file, 'r').catch((cause: unknown) => {
    throw unlike(`${file} cannot be read back: ${systemCode(cause)}`, cause);
  });
  if ((await handle.stat()).size !== content.size) throw unlike(`${file} has not the size of its image`);
  const [written, read] = [readBuffer(pieceSize), readBuffer(pieceSize)];
  for (const run of runs) {
    for (const { position, length } of piecesOf(run, pieceSize)) {
      signal?.throwIfAborted();
      const [wanted, found] = [written.subarray(0, length), read.subarray(0, length)];
      content.readInto(wanted, position);
      if (!(await fill(handle, found, position)) || Buffer.compare(found, wanted) !== 0) {
        throw unlike(`${file} differs from what was written at ${position}`);
      }
      progress(position + length);
    }
  }
}

/** False where the file ends before. */
async function fill(handle: FileHandle, target: Uint8Array, position: number): Promise<boolean> {
  for (let done = 0; done < target.length; ) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

function unlike(what: string, cause?: unknown): PiImageError {
  return new PiImageError('image.verify', what, {
    help: 'Either that disk does not keep what is written to it, or something else changed the file: write to another disk.',
    cause,
  });
}
