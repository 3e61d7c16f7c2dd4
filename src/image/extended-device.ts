import { checkBounds } from './bounds.ts';
import type { BlockDevice } from './device.ts';

/** `base` with zeros behind its end, up to `size` bytes. Only for reading: what is written belongs into an overlay above. */
export function extendedDevice(base: BlockDevice, size: number): BlockDevice {
  return {
    size,
    readInto(target, position) {
      checkBounds(size, position, target.length, 'the enlarged image');
      const inside = Math.min(Math.max(base.size - position, 0), target.length);
      if (inside > 0) base.readInto(target.subarray(0, inside), position);
      target.fill(0, inside);
    },
    writeFrom() {
      throw new TypeError('an enlarged base is for reading only');
    },
  };
}
