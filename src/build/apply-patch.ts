import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { checkOutput } from '../output/check-output.ts';
import type { PatchHeader } from '../patch/layout.ts';
import type { Base } from '../source/base.ts';
import { checkDigest } from '../source/digest.ts';
import { imageDigest } from '../source/image-digest.ts';
import { cachePlace } from './cache-place.ts';
import { codeStoreFor } from './code-store.ts';
import { type FinishedImage, finishImage } from './finish.ts';
import { getBase } from './open-base.ts';
import type { OpenOptions } from './options.ts';
import { openPatch, patchedImage } from './patched-image.ts';

export interface ApplyOptions extends OpenOptions {
  /** File to write. The ending names the format. */
  readonly output: string;
  /** Folder that relative paths start at. @default the current folder */
  readonly directory?: string;
  /** SHA-256 of the base image as it is downloaded or given; hex. */
  readonly sha256?: string;
  /** Replace the output file if it exists. @default false */
  readonly overwrite?: boolean;
  /** Write SHA256SUMS beside the output. @default false */
  readonly checksums?: boolean;
  /** Write a block map (`.bmap`) beside the output. @default false */
  readonly blockMap?: boolean;
}

export interface ApplyResult extends FinishedImage {
  readonly base: { readonly name: string; readonly sha256: string };
}

/**
 * Makes the image that a patch was made from, out of the base – name, URL or path – that it was made for.
 * @throws PiImageError `source.checksum` for another base, `image.damaged` for a damaged patch
 */
export async function applyPatch(base: string, patch: string, options: ApplyOptions): Promise<ApplyResult> {
  const { directory = '.', environment = {}, now = new Date(), onEvent, signal } = options;
  const { blockMap = false, checksums = false, overwrite = false } = options;
  const output = await checkOutput(options.output, {
    overwrite,
    blockMap,
    base: path.resolve(directory, base),
    environment,
  });
  if (output.format === '.pipatch') {
    throw new PiImageError(
      'output.format',
      `An image is made of the patch, not another patch: ${output.path}`,
      {
        help: 'End the name in .img, .img.xz, .img.gz, .img.zst or .zip.',
      },
    );
  }
  using opened = openPatch(path.resolve(directory, patch));
  const reference = { image: base, directory, ...(options.sha256 && { sha256: options.sha256 }) };
  const found = await getBase(reference, options);
  const cacheDirectory = cachePlace(options);
  const sha256 = await requireBase(found, opened.header, { cacheDirectory, onEvent, signal });
  using overlay = patchedImage(found.path, opened);
  const written = await finishImage(
    { base: found, overlay, edits: [], isPrivate: opened.header.isPrivate, output },
    {
      checksums,
      blockMap,
      zeroFree: false,
      verify: 'written',
      store: codeStoreFor(found, options),
      cacheDirectory,
      now,
      environment,
      onEvent,
      signal,
    },
  );
  return { ...written, base: { name: found.name, sha256 } };
}

async function requireBase(
  base: Base,
  { base: wanted }: PatchHeader,
  options: Parameters<typeof imageDigest>[1],
): Promise<string> {
  const help = 'Give the very image that the patch was made for, in the same release and unchanged.';
  if (base.size !== wanted.size) {
    throw new PiImageError(
      'source.checksum',
      `${base.title} has ${base.size} bytes, and the patch is for an image of ${wanted.size}`,
      { help },
    );
  }
  const sha256 = await imageDigest(base, options);
  checkDigest(base.title, sha256, wanted.sha256, help);
  return sha256;
}
