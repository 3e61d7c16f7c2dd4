import { createHash } from 'node:crypto';
import { PiImageError } from '../../model/errors.ts';
import type { SideWork } from '../../model/side-work.ts';
import type { Format } from '../format.ts';
import type { Decode } from './decoder.ts';
import { through } from './filter.ts';
import type { ImageCopy } from './image-copy.ts';
import { SparseFile } from './sparse-file.ts';

/** No card is larger (SDXC ends at 2 TiB), so what unpacks to more is a bomb. */
export const largestImage = 2 ** 41;

/** Decoders of the formats that can be unpacked while they arrive. Each brings its code when it is first used. */
export const decoders: Readonly<Record<Exclude<Format, 'zip'>, Decode>> = {
  raw: (archive) => archive,
  gz: async function* (archive, context) {
    yield* (await import('./gz.ts')).decodeGz(archive, context);
  },
  xz: async function* (archive, context) {
    yield* (await import('./xz.ts')).decodeXz(archive, context);
  },
  zst: async function* (archive, context) {
    const { workerFilter } = await import('./worker-filter.ts');
    yield* through(archive, workerFilter('zst', context.subject), context);
  },
};

export interface WriteImageOptions {
  /** The image as errors call it. */
  readonly subject: string;
  /** Also compute the SHA-256 of the raw image. */
  readonly hash: boolean;
  /** Readable by its owner only. @default false */
  readonly isPrivate?: boolean;
  /** Written at the same time. */
  readonly copy?: ImageCopy | undefined;
  /** Called with the bytes written so far. */
  readonly onProgress?: (done: number) => void;
  /** Where it is waited for that all is on the disk. @default at once */
  readonly toDisk?: SideWork | undefined;
  /** Bytes after which an image is refused. @default 2 TiB */
  readonly limit?: number;
}

export interface WrittenImage {
  readonly size: number;
  /** Hex, if it was asked for. */
  readonly sha256?: string;
}

/** Writes a raw image to the new file `path`, sparse, down to the disk. */
export async function writeRawImage(
  path: string,
  content: AsyncIterable<Uint8Array>,
  { subject, hash, isPrivate = false, copy, onProgress, toDisk, limit = largestImage }: WriteImageOptions,
): Promise<WrittenImage> {
  const digest = hash ? createHash('sha256') : undefined;
  const file = await SparseFile.create(path, { isPrivate, copy });
  try {
    for await (const chunk of content) {
      digest?.update(chunk);
      await file.write(chunk);
      if (file.size > limit) throw tooLarge(subject, limit);
      onProgress?.(file.size);
    }
    await file.finish();
  } catch (error) {
    await file.close();
    throw error;
  }
  const syncing = file.sync().finally(() => file.close());
  if (toDisk) toDisk.add(syncing);
  else await syncing;
  return { size: file.size, ...(digest && { sha256: digest.digest('hex') }) };
}

function tooLarge(subject: string, limit: number): PiImageError {
  return new PiImageError('source.archive', `${subject} unpacks to more than ${limit / 2 ** 30} GiB`, {
    help: 'no SD card is that large; check where the file comes from',
  });
}
