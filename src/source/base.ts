import type { ArchiveBlock } from './archive-blocks.ts';
import type { Format } from './format.ts';

/** A base image at hand: a raw image in a file, to be read at random and never to be written. */
export interface Base {
  /** Good as a file name: that of the catalogue, or of the file without its endings. */
  readonly name: string;
  readonly title: string;
  /** Absolute path of the raw image. */
  readonly path: string;
  /** Of the raw image, in bytes. */
  readonly size: number;
  /** What it came as. */
  readonly format: Format;
  /** Of the file as it was given or downloaded; hex. Not known for a raw local file that nobody gave a digest for. */
  readonly sha256?: string;
  /** Of the raw image, where it had to be computed; hex. */
  readonly imageSha256?: string;
  /** The .xz file that the image was unpacked from, if its blocks can be taken over. */
  readonly archive?: { readonly path: string; readonly blocks: readonly ArchiveBlock[] };
}
