import { isDefaultPassword } from '../content/credentials.ts';
import type { BlockDevice } from '../image/device.ts';
import { extendedDevice } from '../image/extended-device.ts';
import { openFileDevice } from '../image/file-device.ts';
import { alignedImageSize, growLastPartition } from '../image/grow.ts';
import { closeImage, type OpenImage, openImage, openTree } from '../image/open-image.ts';
import { createOverlay, type Overlay } from '../image/overlay.ts';
import { PiImageError } from '../model/errors.ts';
import type { OsFacts } from '../model/os.ts';
import type { Base } from '../source/base.ts';
import type { OpenOptions } from './options.ts';

/** A base image opened for editing in memory: what is done to its tree stays in the overlay. */
export interface Workbench extends Disposable {
  readonly base: Base;
  readonly overlay: Overlay;
  readonly image: OpenImage;
}

/** How large an image shall become, with its last partition; bytes. */
export type Enlargement = { readonly size: number } | { readonly grow: number };

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
  { enlargement }: { readonly enlargement?: Enlargement | undefined },
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
  stack.add(() => closeImage(image));
  return { base, overlay, image, [Symbol.dispose]: stack.release() };
}

function openForThis(base: Base, stack: DisposableResources): BlockDevice {
  const device = openFileDevice(base.path, { writable: false });
  stack.add(() => device.close());
  return device;
}

/** @throws PiImageError `plan.unsuitable` when the base is larger already */
function enlargedSize(size: number, enlargement: Enlargement, name: string): number {
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
