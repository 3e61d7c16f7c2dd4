import { checkBounds } from './bounds.ts';
import type { BlockDevice } from './device.ts';

/** The part of `device` from `offset`, `size` bytes long, as a device of its own: nothing outside it can be reached. */
export function windowOf(device: BlockDevice, offset: number, size: number): BlockDevice {
  checkBounds(device.size, offset, size, 'the device');
  const what = `the partition at ${offset}`;
  return {
    size,
    readInto(target, position) {
      checkBounds(size, position, target.length, what);
      device.readInto(target, offset + position);
    },
    writeFrom(source, position) {
      checkBounds(size, position, source.length, what);
      device.writeFrom(source, offset + position);
    },
  };
}
