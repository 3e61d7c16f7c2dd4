import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { type CatalogueImage, parseCatalogueImage } from './catalogue-image.ts';

/** The catalogue: one JSON file a base image. It lies beside `src/` as beside `dist/`. */
export const catalogueFolder = path.resolve(import.meta.dirname, '../../images');

/** All base images known by name, sorted by name. */
export async function listImages(): Promise<readonly CatalogueImage[]> {
  const names = (await readdir(catalogueFolder)).filter((name) => name.endsWith('.json'));
  return Promise.all(names.sort().map(readImage));
}

/** The base image of this name or alias; `source.unknown-image` with the near names when there is none. */
export async function findImage(name: string): Promise<CatalogueImage> {
  const images = await listImages();
  const found = images.find((image) => image.name === name || image.aliases.includes(name));
  if (found) return found;
  const near = nearest(
    name,
    images.flatMap((image) => [image.name, ...image.aliases]),
  );
  throw new PiImageError('source.unknown-image', `there is no image called ${name}`, {
    help:
      near.length > 0
        ? `did you mean ${near.join(', ')}?`
        : 'see `pi-image images`, or give the path of a file',
  });
}

async function readImage(file: string): Promise<CatalogueImage> {
  try {
    return parseCatalogueImage(JSON.parse(await readFile(path.join(catalogueFolder, file), 'utf8')));
  } catch (cause) {
    throw new Error(`images/${file} is not a valid catalogue entry: ${(cause as Error).message}`, { cause });
  }
}
