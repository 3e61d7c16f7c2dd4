import { createReadStream } from 'node:fs';
import type { Artifact } from '../outputs.ts';
import type { Upload } from './github.ts';

/** A file of a release. */
export interface Asset extends Upload {
  readonly name: string;
  /** Hex. */
  readonly sha256?: string;
}

const checksumsName = 'SHA256SUMS';

/**
 * What goes into a release of GitHub. Images of a matrix share one, so that documents, which have the same names in
 * every release folder, are called after the image: `manifest.json` is `kitchen.manifest.json` there.
 */
export function assetsOf(files: readonly Artifact[]): readonly Asset[] {
  const image = assetName(files[0]?.name ?? 'image');
  const stem = image.replace(/(\.img(\.(xz|gz))?|\.zip|\.pipatch)$/i, '');
  const assets = files
    .filter(({ name }) => name !== checksumsName)
    .map(({ path: file, name, size, sha256 }) => ({
      name: named(assetName(name), stem),
      size,
      ...(sha256 !== undefined && { sha256 }),
      open: () => createReadStream(file),
    }));
  const sums = assets.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
  return [...assets, textAsset(`${stem}.sha256`, sums)];
}

const named = (name: string, stem: string): string =>
  name === stem || name.startsWith(`${stem}.`) ? name : `${stem}.${name}`;

/** GitHub would put a dot for everything else, and then the name would not be ours to find again. */
export function assetName(name: string): string {
  return name.replace(/[^\w+@~-]+/g, '.').replace(/^\.|\.$/g, '');
}

function textAsset(name: string, text: string): Asset {
  const bytes = Buffer.from(text);
  return { name, size: bytes.length, open: () => bytes };
}
