import { detectFileSystem } from '../detect.ts';
import type { BlockDevice } from '../device.ts';

export interface Explanation {
  readonly message: string;
  readonly help: string;
}

const downloadAgain = 'Download the image again, from its publisher, and compare the checksum.';
const compressed: readonly (readonly [magic: string, ending: string])[] = [
  ['504b0304', '.zip'],
  ['fd377a585a00', '.xz'],
  ['1f8b', '.gz'],
  ['28b52ffd', '.zst'],
  ['425a68', '.bz2'],
  ['377abcaf271c', '.7z'],
];

/** What a file without a partition table seems to be, and what to do about it. */
export function describeStart(device: BlockDevice): Explanation {
  if (device.size === 0) {
    return { message: 'the image is an empty file', help: `Its download or copy failed. ${downloadAgain}` };
  }
  const start = Buffer.alloc(Math.min(4096, device.size));
  device.readInto(start, 0);
  const known = compressed.find(([magic]) => start.toString('hex').startsWith(magic));
  if (known !== undefined) {
    return {
      message: `this is a compressed file (${known[1]}), not the disk image inside of it`,
      help: `If its name does not end in ${known[1]}, rename it so that it does; or unpack it first.`,
    };
  }
  const text = start.toString('latin1');
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) {
    return {
      message: 'this is a web page, not a disk image: the server answered with an error or a login page',
      help: `Open the address in a browser to see what it says. ${downloadAgain}`,
    };
  }
  if (start.every((byte) => byte === 0)) {
    return { message: 'the image has no partition table: it begins with zeros', help: downloadAgain };
  }
  if (isText(start)) {
    return { message: 'this is a text file, not a disk image', help: downloadAgain };
  }
  const { type, name } = detectFileSystem(device);
  if (type !== 'unknown' || name !== 'unknown') {
    return {
      message: `this is a single file system (${name}) without a partition table, not the image of a whole disk`,
      help: 'Give the image of the whole SD card: a partition table, a FAT boot partition and the root partition.',
    };
  }
  return {
    message: `the image has no partition table (${device.size} bytes)`,
    help: `It is damaged, cut off, or no disk image at all. ${downloadAgain}`,
  };
}

function isText(bytes: Uint8Array): boolean {
  try {
    // As a stream: the piece we have may end within a character.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return /^[^\p{Cc}]+$/u.test(text.replace(/[\t\r\n]/g, ' '));
  } catch {
    return false;
  }
}
