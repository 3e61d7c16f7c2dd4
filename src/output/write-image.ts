import type { OriginalCodes } from '../model/code.ts';
import type { Output } from './check-output.ts';
import { type ImageContent, type Part, recorded } from './content.ts';
import type { Draft } from './draft.ts';
import type { EncodeOptions } from './encode.ts';
import { rawNameOf } from './format.ts';
import { writeGzip } from './gzip.ts';
import { type PatchOptions, writePatch } from './patch.ts';
import type { Environment } from './program.ts';
import { writeRaw } from './raw.ts';
import { checkRoom, roomForRaw } from './room.ts';
import { writeXz } from './xz/write-xz.ts';
import { writeZip } from './zip.ts';
import { writeZst } from './zst.ts';

export interface ImageOptions extends PatchOptions, EncodeOptions {
  /** The raw file below the content. */
  readonly base: string;
  /** Compute the SHA-256 of a raw image in passing. */
  readonly digest: boolean;
  /** Build time, for formats that carry one. */
  readonly now: Date;
  /** Blocks of the .xz archive that the base came as. */
  readonly blocks?: OriginalCodes | undefined;
  /** Of compression, as the format counts it. @default that of the format */
  readonly level?: number | undefined;
  /** Put into a .zip. */
  readonly blockMap?: string | undefined;
  /** Where programs are found. */
  readonly environment: Environment;
}

/** What was written to a draft. */
export interface Written {
  /** Of the file, in bytes. */
  readonly size: number;
  /** Of the file, of a raw one when it was asked for; that of a compressed one comes with reading it back. */
  readonly sha256?: string;
  /** What a compressed one consists of. */
  readonly parts?: readonly Part[];
}

/** Writes an image in the format of the output, down to the disk. */
export async function writeImage(
  content: ImageContent,
  output: Output,
  draft: Draft,
  options: ImageOptions,
): Promise<Written> {
  try {
    const written =
      output.format === '.img'
        ? await writeUncompressed(content, draft, options)
        : await writeCompressed(content, output, draft, options);
    options.signal?.throwIfAborted();
    return written;
  } catch (error) {
    // Whatever came of the abort on the way, the abort is the reason.
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function writeUncompressed(
  content: ImageContent,
  draft: Draft,
  options: ImageOptions,
): Promise<Written> {
  const room = draft.holdsBase ? 0 : await roomForRaw(options.base, content);
  await checkRoom(draft.file, content.size, room);
  const sha256 = await writeRaw(content, draft, options);
  return { size: await draft.flush(), ...(sha256 !== undefined && { sha256 }) };
}

async function writeCompressed(
  content: ImageContent,
  output: Output,
  draft: Draft,
  options: ImageOptions,
): Promise<Written> {
  const { sink, parts } = recorded(draft);
  if (output.format === '.img.xz') await writeXz(content, sink, options);
  if (output.format === '.img.zst') await writeZst(content, sink, options);
  if (output.format === '.img.gz') await writeGzip(content, sink, options);
  if (output.format === '.pipatch') await writePatch(content, sink, options);
  if (output.format === '.zip') {
    const entry = {
      name: rawNameOf(output.path),
      time: options.now,
      mode: options.isPrivate ? 0o600 : 0o644,
    };
    await writeZip(content, sink, { ...options, ...entry });
  }
  return { size: await draft.flush(), parts: parts() };
}
