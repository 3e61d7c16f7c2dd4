import { findImage, listImages } from '../../source/catalogue.ts';
import type { CatalogueImage, PublishedFile } from '../../source/catalogue-image.ts';
import { cataloguePin } from '../../source/pin.ts';
import { formatBytes } from '../ui/format.ts';
import { type Paint, paintFor } from '../ui/paint.ts';
import { writeOut } from '../ui/standard-output.ts';
import { table } from '../ui/table.ts';

export async function runImages(name: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const images = name === undefined ? await listImages() : [await findImage(name)];
  if (json) return writeOut(images.map((image) => `${JSON.stringify(asJson(image))}\n`).join(''));
  if (name !== undefined && images[0]) return writeOut(describe(images[0], paintFor(process.stdout)));
  await writeOut(table(['NAME', 'SHORT NAME', 'DOWNLOAD', 'IMAGE', 'CHECKED BY'], images.map(row)));
  process.stderr.write('`pi-image images NAME` shows one of them; any of both names is good for --image\n');
}

function row({ name, aliases, archive, image, ...rest }: CatalogueImage): string[] {
  return [
    name,
    aliases.join(', '),
    size(archive),
    size(image),
    checkedBy({ name, aliases, archive, image, ...rest }),
  ];
}

/** In a few words, how far an image is known beforehand. */
function checkedBy(image: CatalogueImage): string {
  const pin = cataloguePin(image);
  if (!pin) return "publisher's digest, on first use";
  const { sources } = image[pin.of];
  return `known digest of the ${pin.of}${sources === undefined ? '' : ` (${count(sources)})`}`;
}

function describe(image: CatalogueImage, paint: Paint): string {
  const { name, title, aliases, codename, variant, arch, date, urls, path, archive } = image;
  const lines = [
    paint('bold', title),
    `name        ${[name, ...aliases].join(', ')}`,
    `system      ${[codename, variant, arch].join(', ')}`,
    ...(date === undefined ? [] : [`released    ${date}`]),
    ...urls.map((url) => `from        ${url}`),
    ...(path === undefined ? [] : [`from        images/${path} in this package`]),
    `archive     ${described(archive)}`,
    `image       ${described(image.image)}`,
    `checked by  ${checkedBy(image)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function described({ sha256, sources, ...file }: PublishedFile): string {
  const digest = sha256 === undefined ? 'SHA-256 not known' : `SHA-256 ${sha256}`;
  return [size(file), digest, sources === undefined ? '' : `(${count(sources)})`].filter(Boolean).join('  ');
}

function size({ size }: PublishedFile): string {
  return size === undefined ? '?' : formatBytes(size);
}

function count(sources: number): string {
  return sources === 1 ? '1 source' : `${sources} sources`;
}

function asJson(image: CatalogueImage): Record<string, unknown> {
  return { ...image, checkedBy: cataloguePin(image)?.by ?? 'publisher' };
}
