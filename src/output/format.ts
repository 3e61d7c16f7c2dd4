import path from 'node:path';
import { PiImageError } from '../model/errors.ts';

const endings = ['.img', '.img.xz', '.img.gz', '.img.zst', '.zip', '.pipatch'] as const;

export type OutputFormat = (typeof endings)[number];
/** Formats that hold a whole image in some compression. */
export type CompressedFormat = Exclude<OutputFormat, '.img' | '.pipatch'>;

/** @throws PiImageError `output.format` when the ending is none of ours. */
export function formatOf(file: string): OutputFormat {
  const name = path.basename(file).toLowerCase();
  const format = endings.find((ending) => name.endsWith(ending) && name.length > ending.length);
  if (format !== undefined) return format;
  throw new PiImageError('output.format', `The ending of ${file} names no format that can be written`, {
    help: `End the name in one of ${endings.join(', ')}.`,
  });
}

/** The name of the raw image for a name, URL or path of an image in any format: `raspbian-buster.img`. */
export function rawNameOf(image: string): string {
  const place = /^https?:/i.test(image) && URL.canParse(image) ? new URL(image).pathname : image;
  const name = place.replace(/^.*[/\\]/, '').replace(/(\.(img|zip|xz|gz|zst))+$/i, '');
  return `${name || 'pi-image'}.img`;
}

/** Where the block map of an output goes: bmaptool looks there by itself. */
export function blockMapNameOf(output: string): string {
  return `${output}.bmap`;
}
