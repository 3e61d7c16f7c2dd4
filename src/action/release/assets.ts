import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../../model/errors.ts';
import type { ActionResult } from '../outputs.ts';
import type { Upload } from './github.ts';

/** A file of a release. */
export interface Asset extends Upload {
  readonly name: string;
  /** Hex. */
  readonly sha256?: string;
}

/** Every file of a release has to be smaller than 2 GiB (https://docs.github.com/en/repositories/releasing-projects-on-github/about-releases). */
export const githubLimit = 2 ** 31 - 1;

/** What becomes of a build in a release: the images, their block map, and their checksums under a name of their own. */
export async function assetsOf({ artifacts, blockMap }: ActionResult): Promise<readonly Asset[]> {
  const images = artifacts.map(({ path: file, name, size, sha256 }) => ({
    name: assetName(name),
    size,
    ...(sha256 !== undefined && { sha256 }),
    open: () => createReadStream(file),
  }));
  const maps = blockMap === undefined ? [] : [await fileAsset(blockMap)];
  // SHA256SUMS would be the same name for every image that goes into the release.
  const stem = (images[0]?.name ?? 'image').replace(/(\.img|\.zip)(\.(xz|gz))?$|\.pipatch$/i, '');
  const sums = images.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
  return [...images, ...maps, textAsset(`${stem}.sha256`, sums)];
}

/** @throws PiImageError `output.failed` before the first byte is sent */
export function requireSizes(assets: readonly Asset[], limit: number): void {
  const large = assets.find(({ size }) => size > limit);
  if (!large) return;
  throw new PiImageError(
    'output.failed',
    `${large.name} has ${large.size} bytes, more than the ${limit} that a file of a release may have`,
    {
      help: 'compress it with `compression: xz`, write zeros into its free space with `zero-free: true`, or publish what differs from the base: `output: NAME.pipatch`',
    },
  );
}

/** GitHub would put a dot for everything else, and then the name would not be ours to find again. */
export function assetName(name: string): string {
  return name.replace(/[^\w+@~-]+/g, '.').replace(/^\.|\.$/g, '');
}

async function fileAsset(file: string): Promise<Asset> {
  const { size } = await stat(file);
  return { name: assetName(path.basename(file)), size, open: () => createReadStream(file) };
}

function textAsset(name: string, text: string): Asset {
  const bytes = Buffer.from(text);
  return { name, size: bytes.length, open: () => bytes };
}
