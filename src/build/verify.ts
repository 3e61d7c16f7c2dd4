import { checkImage, type PartitionReport } from '../image/check/image.ts';
import { openFileDevice } from '../image/file-device.ts';
import { type BaseReference, getBase } from './open-base.ts';
import type { OpenOptions } from './options.ts';

export type { PartitionReport } from '../image/check/image.ts';

/** Checks every file system of an image, compressed or not, without changing anything: what is wrong, by partition. */
export async function verify(
  reference: BaseReference,
  options: OpenOptions = {},
): Promise<readonly PartitionReport[]> {
  const base = await getBase(reference, options);
  const device = openFileDevice(base.path, { writable: false });
  try {
    return checkImage(device);
  } finally {
    device.close();
  }
}
