import type { SideWork } from '../model/side-work.ts';
import { type Base, type Download, findDownload, type ObtainOptions, obtainBase } from '../source/obtain.ts';
import type { ImageCopy } from '../source/unpack/image-copy.ts';
import { cachePlace } from './cache-place.ts';
import { type Enlargement, openRaw, type Workbench } from './open-raw.ts';
import type { OpenOptions } from './options.ts';

export interface BaseReference {
  /** Name, URL or path. */
  readonly image: string;
  readonly sha256?: string;
  /** Folder that a relative path starts at. */
  readonly directory: string;
  /** How large the image shall become, with its last partition; bytes. */
  readonly enlargement?: Enlargement;
}

export interface BaseOptions extends OpenOptions {
  /** Written besides while the image is unpacked, or else from when it is found. */
  readonly copy?: BaseCopy | undefined;
  /** Takes what is left to do when the base can be read; without it, that is waited for. */
  readonly side?: SideWork | undefined;
}

/** A second file with the bytes of a base. */
export interface BaseCopy extends ImageCopy {
  /** Begins to copy the raw base, unless all of it was given while it was unpacked. Returns when that goes on by itself. */
  start(base: Base): Promise<void>;
}

/** Gets a base image – from the catalogue, the network or the disk – and opens its file systems. */
export async function openBase(reference: BaseReference, options: BaseOptions): Promise<Workbench> {
  const base = await getBase(reference, options);
  // What comes next hardly ever waits, and what has not begun until then would begin after it.
  await options.copy?.start(base);
  return openRaw(base, reference, options);
}

/** Gets a base image as a raw file, whatever is in it. */
export function getBase(reference: BaseReference, options: BaseOptions): Promise<Base> {
  return obtainBase(reference.image, obtainOptions(reference, options));
}

/** What would have to be downloaded for a base image; undefined for files of this computer and of the package. */
export function getDownload(reference: BaseReference, options: OpenOptions): Promise<Download | undefined> {
  return findDownload(reference.image, obtainOptions(reference, options));
}

function obtainOptions({ directory, sha256 }: BaseReference, options: BaseOptions): ObtainOptions {
  return {
    directory,
    cacheDirectory: cachePlace(options),
    environment: options.environment ?? {},
    offline: options.offline ?? false,
    keepDownload: options.keepDownload ?? false,
    ...(sha256 !== undefined && { sha256 }),
    ...(options.copy && { copy: options.copy }),
    ...(options.side && { side: options.side }),
    ...(options.signal && { signal: options.signal }),
    ...(options.onEvent && { onEvent: options.onEvent }),
  };
}
