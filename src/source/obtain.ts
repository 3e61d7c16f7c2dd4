import { stat } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import type { OnEvent } from '../model/events.ts';
import type { SideWork } from '../model/side-work.ts';
import { checkedAddress, shown } from '../transfer/address.ts';
import type { Base } from './base.ts';
import { cacheLayout } from './cache/layout.ts';
import { catalogueFolder, findImage } from './catalogue.ts';
import type { CatalogueImage } from './catalogue-image.ts';
import type { SourceContext } from './context.ts';
import { type Patience, patience } from './fetch/patience.ts';
import { downloadFolder } from './fetch-image.ts';
import { imageName } from './format.ts';
import { type LocalFile, obtainLocal } from './local.ts';
import { cataloguePin, givenPin, type Pin } from './pin.ts';
import { askPublisher } from './publisher.ts';
import { type NamedRemote, obtainRemote } from './remote.ts';
import type { ImageCopy } from './unpack/image-copy.ts';

export type { Base } from './base.ts';

export interface ObtainOptions {
  /** Folder that a relative path starts at. */
  readonly directory: string;
  readonly cacheDirectory: string;
  /** For proxies and for finding tools by PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Use only what is in the cache. */
  readonly offline: boolean;
  /** SHA-256 of the file as it is downloaded or given; hex. */
  readonly sha256?: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
  /** Keep what was downloaded, so that it can be carried to another cache. @default false */
  readonly keepDownload?: boolean;
  /** Written besides, where the image has to be unpacked. */
  readonly copy?: ImageCopy;
  /** Takes what is left to do when the image can be read: seeing it on the disk, and in the cache. @default waited for */
  readonly side?: SideWork;
  /** How long to try. */
  readonly patience?: Partial<Patience>;
}

/**
 * A base image, by a name of the catalogue, an https URL or the path of a file, as a raw image on disk.
 *
 * Whatever has to be downloaded or unpacked ends up in the cache as a raw image with holes, which takes about as
 * much room as the files in it do (some 3.5 GB for a desktop image). While it is made the archive takes its own size
 * on top; afterwards only its digest stays, and of an .xz whose blocks can be taken over, all of it. With `keepDownload` it stays as it was downloaded, whatever it is.
 */
export async function obtainBase(reference: string, options: ObtainOptions): Promise<Base> {
  const context = contextOf(options);
  try {
    const found = await findBase(reference, options, context);
    return await ('local' in found ? obtainLocal(found.local, context) : obtainRemote(found.remote, context));
  } catch (error) {
    // Whatever broke when the work was given up is not what the caller needs to hear.
    options.signal?.throwIfAborted();
    throw error;
  }
}

/** A base image as it is downloaded. */
export interface Download {
  /** As in `Base`. */
  readonly name: string;
  /** Without anything secret. */
  readonly url: string;
  /** What it is checked against, the archive's or the image's; hex. */
  readonly sha256: string;
  /** Folder that it is kept in with `keepDownload`, absolute; nothing else is in it. */
  readonly folder: string;
}

/** What `obtainBase` would download into an empty cache; undefined for files of this computer and of the package. */
export async function findDownload(reference: string, options: ObtainOptions): Promise<Download | undefined> {
  const context = contextOf(options);
  const found = await findBase(reference, options, context);
  if ('local' in found) return undefined;
  const { name, mirrors, pin } = found.remote;
  return {
    ...{ name, url: shown(mirrors[0] ?? ''), sha256: pin.sha256 },
    folder: downloadFolder(context.cache, pin),
  };
}

type Found = { readonly local: LocalFile } | { readonly remote: NamedRemote };

function contextOf({ cacheDirectory, ...options }: ObtainOptions): SourceContext {
  return {
    ...options,
    cache: cacheLayout(path.resolve(cacheDirectory)),
    patience: { ...patience, ...options.patience },
  };
}

async function findBase(
  reference: string,
  { directory, sha256: given }: ObtainOptions,
  context: SourceContext,
): Promise<Found> {
  const sha256 = given?.toLowerCase();
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(reference)) return { remote: fromUrl(reference, sha256) };
  const file = path.resolve(directory, reference);
  if (await isPath(reference, file)) {
    const pin = sha256 === undefined ? undefined : givenPin(sha256);
    return { local: { path: file, subject: reference, ...(pin && { pin }) } };
  }
  return fromCatalogue(await findImage(reference), sha256, context);
}

/** A bare name is one of the catalogue, unless there is a file of that name and nothing in the catalogue. */
async function isPath(reference: string, file: string): Promise<boolean> {
  if (/[\\/]|\.(img|zip|xz|gz|zst)$/i.test(reference)) return true;
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  if (!exists) return false;
  return findImage(reference).then(
    () => false,
    () => true,
  );
}

function fromUrl(text: string, sha256: string | undefined): NamedRemote {
  const url = checkedAddress(text);
  if (sha256 === undefined) {
    throw new PiImageError('source.insecure', `nothing is known to check ${shown(url)} against`, {
      help: "give the file's digest with --sha256",
    });
  }
  const file = path.posix.basename(url.pathname);
  return { name: imageName(file), title: file || url.host, mirrors: [url], pin: givenPin(sha256) };
}

async function fromCatalogue(
  image: CatalogueImage,
  sha256: string | undefined,
  context: SourceContext,
): Promise<Found> {
  const { name, title, archive } = image;
  const known = cataloguePin(image);
  if (sha256 !== undefined && known?.of === 'archive' && sha256 !== known.sha256) {
    throw new PiImageError('source.checksum', `${name} has the SHA-256 ${known.sha256}, not ${sha256}`, {
      help: 'leave out --sha256; pi-image checks this image by itself',
    });
  }
  if (image.path !== undefined) {
    const file = { path: path.join(catalogueFolder, image.path), subject: name, name, title };
    return { local: { ...file, ...(known && { pin: known }) } };
  }
  const mirrors = image.urls.map(checkedAddress);
  const pin: Pin =
    sha256 !== undefined
      ? givenPin(sha256)
      : (known ?? (await askPublisher(mirrors, archive.sha256, context)));
  return {
    remote: {
      ...{ name, title, mirrors, pin },
      ...(archive.size !== undefined && { archiveSize: archive.size }),
      ...(image.image.size !== undefined && { imageSize: image.image.size }),
    },
  };
}
