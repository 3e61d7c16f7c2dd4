import { PiImageError } from '../model/errors.ts';

/** Throws `image.damaged` unless `length` bytes at `position` lie inside `size`; `what` names the thing in the message. */
export function checkBounds(size: number, position: number, length: number, what: string): void {
  if (Number.isSafeInteger(position) && position >= 0 && length <= size - position) return;
  throw new PiImageError(
    'image.damaged',
    `${length} bytes at position ${position} do not lie inside ${what} (${size} bytes)`,
    {
      help: 'A structure of the image points outside of it: the image is cut off or damaged. Download it again.',
    },
  );
}
