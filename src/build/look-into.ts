import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDefaultPassword } from '../content/credentials.ts';
import { openImage } from '../image/open-image.ts';
import { createOverlay } from '../image/overlay.ts';
import { openXzDevice } from '../image/xz-device.ts';
import { openableBlocks } from '../source/openable-blocks.ts';
import { cachePlace } from './cache-place.ts';
import { type BaseReference, openBase } from './open-base.ts';
import type { Workbench } from './open-raw.ts';
import type { OpenOptions } from './options.ts';

/**
 * Opens an image of which only little is read: a local .xz of many blocks is not unpacked, and only the blocks that
 * are asked for are decoded. Anything else, and what is in the cache already, is opened as always.
 */
export async function lookInto(reference: BaseReference, options: OpenOptions): Promise<Workbench> {
  const file = path.resolve(reference.directory, reference.image);
  const found =
    reference.sha256 === undefined && reference.enlargement === undefined
      ? await openableBlocks(file, cachePlace(options), options.environment ?? {})
      : undefined;
  if (!found) return openBase(reference, options);
  const { now = new Date(), recover = false, environment = {} } = options;
  const { base, layout, tool } = found;
  const device = openXzDevice(file, { layout, tool, environment, directory: tmpdir() });
  try {
    const overlay = createOverlay(device);
    const image = await openImage(overlay, { now: () => now, recover, isDefaultPassword });
    const close = (): void => {
      overlay.close();
      device.close();
    };
    return { base, overlay, image, [Symbol.dispose]: close };
  } catch (error) {
    device.close();
    throw error;
  }
}
