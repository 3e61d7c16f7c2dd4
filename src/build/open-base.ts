import { homedir } from 'node:os';
import { isDefaultPassword } from '../content/credentials.ts';
import type { BlockDevice } from '../image/device.ts';
import { extendedDevice } from '../image/extended-device.ts';
import { openFileDevice } from '../image/file-device.ts';
import { alignedImageSize, growLastPartition } from '../image/grow.ts';
import { type OpenImage, openImage, openTree } from '../image/open-image.ts';
import { createOverlay, type Overlay } from '../image/overlay.ts';
import { PiImageError } from '../model/errors.ts';
import type { OsFacts } from '../model/os.ts';
import { cacheDirectory } from '../source/cache/directory.ts';
import { type Base, type Download, findDownload, type ObtainOptions, obtainBase } from '../source/obtain.ts';
import type { ImageCopy } from '../source/unpack/image-copy.ts';
import type { OpenOptions } from './options.ts';

/** A base image opened for editing in memory: what is done to its tree stays in the overlay. */
export interface Workbench extends Disposable {
  readonly base: Base;
  readonly overlay: Overlay;
  readonly image: OpenImage;
}

export interface BaseReference {
  /** Name, URL or path. */
  readonly image: string;
  readonly sha256?: string;
  /** Folder that a relative path starts at. */
  readonly directory: string;
  /** How large the image shall become, with its last partition; bytes. */
  readonly enlargement?: { readonly size: number } | { readonly grow: number };
}

export interface BaseOptions extends OpenOptions {
  /** Written besides while the image is unpacked, or else from when it is found. */
  readonly copy?: BaseCopy | undefined;
}

/** A second file with the bytes of a base. */
export interface BaseCopy extends ImageCopy {
  /** Begins to copy the raw base, unless all of it was given while it was unpacked. */
  start(base: Base): void;
}

/** Gets a base image – from the catalogue, the network or the disk – and opens its file systems. */
export async function openBase(reference: BaseReference, options: BaseOptions): Promise<Workbench> {
  const base = await getBase(reference, options);
  options.copy?.start(base);
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
    ...(options.signal && { signal: options.signal }),
    ...(options.onEvent && { onEvent: options.onEvent }),
  };
}

/** Folder of what is kept between builds. */
export function cachePlace({ cacheDirectory: given, environment = {} }: OpenOptions): string {
  return given ?? cacheDirectory(environment, process.platform, homedir());
}

/** What is at hand already, where one base is opened many times. */
export interface AtHand {
  /** The raw base, which stays open. */
  readonly device: BlockDevice;
  /** What its system says of itself. */
  readonly os: OsFacts;
}

/** Opens the file systems of a raw base image. */
export async function openRaw(
  base: Base,
  { enlargement }: Pick<BaseReference, 'enlargement'>,
  { now = new Date(), recover = false }: OpenOptions,
  atHand?: AtHand,
): Promise<Workbench> {
  using stack = new DisposableResources();
  const device = atHand?.device ?? openForThis(base, stack);
  const size = enlargement === undefined ? device.size : enlargedSize(device.size, enlargement, base.name);
  const overlay = createOverlay(size > device.size ? extendedDevice(device, size) : device);
  stack.add(() => overlay.close());
  const options = { now: () => now, recover, isDefaultPassword };
  if (size > device.size) {
    // What a journal still holds has to be in its place before blocks get new places.
    if (recover) await openTree(overlay, options);
    growLastPartition(overlay, () => now);
  }
  const image = atHand
    ? { ...(await openTree(overlay, options)), os: atHand.os }
    : await openImage(overlay, options);
  return { base, overlay, image, [Symbol.dispose]: stack.release() };
}

function openForThis(base: Base, stack: DisposableResources): BlockDevice {
  const device = openFileDevice(base.path, { writable: false });
  stack.add(() => device.close());
  return device;
}

/** @throws PiImageError `plan.unsuitable` when the base is larger already */
function enlargedSize(
  size: number,
  enlargement: NonNullable<BaseReference['enlargement']>,
  name: string,
): number {
  if ('grow' in enlargement) return alignedImageSize(size + enlargement.grow);
  if (enlargement.size >= size) return alignedImageSize(enlargement.size);
  throw new PiImageError(
    'plan.unsuitable',
    `${name} has ${size} bytes and cannot become smaller, as \`size\` says`,
    { help: `leave \`size\` out, or give at least ${Math.ceil(size / 2 ** 20)}M` },
  );
}

/** What was opened so far is closed again when a later step fails. */
class DisposableResources implements Disposable {
  #closers: (() => void)[] = [];

  add(close: () => void): void {
    this.#closers.push(close);
  }

  /** Hands the closing over to the caller. */
  release(): () => void {
    const closers = this.#closers.splice(0).reverse();
    return () => {
      for (const close of closers) close();
    };
  }

  [Symbol.dispose](): void {
    this.release()();
  }
}
