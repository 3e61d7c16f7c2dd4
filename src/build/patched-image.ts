import type { BlockDevice } from '../image/device.ts';
import { extendedDevice } from '../image/extended-device.ts';
import { type FileDevice, openFileDevice } from '../image/file-device.ts';
import { createOverlay, type Overlay } from '../image/overlay.ts';
import { applyPatch, readPatch } from '../patch/decode.ts';
import type { PatchHeader } from '../patch/layout.ts';

export interface OpenPatch extends Disposable {
  readonly file: FileDevice;
  readonly header: PatchHeader;
}

/** Opens a patch, whole and undamaged. */
export function openPatch(path: string): OpenPatch {
  const file = openFileDevice(path, { writable: false });
  try {
    return { file, header: readPatch(file), [Symbol.dispose]: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The image that a patch makes of the raw file or device it is for: in memory, the base stays as it is. */
export function patchedImage(base: string | BlockDevice, { file, header }: OpenPatch): Overlay & Disposable {
  const own = typeof base === 'string' ? openFileDevice(base, { writable: false }) : undefined;
  const below = own ?? (base as BlockDevice);
  const { size } = header.result;
  const overlay = createOverlay(size > below.size ? extendedDevice(below, size) : below);
  const close = () => {
    overlay.close();
    own?.close();
  };
  try {
    applyPatch(file, header, overlay);
    return Object.assign(overlay, { [Symbol.dispose]: close });
  } catch (error) {
    close();
    throw error;
  }
}
