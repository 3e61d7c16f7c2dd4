import { PiImageError } from '../model/errors.ts';

/** How a base image comes. */
export type Format = 'raw' | 'zip' | 'xz' | 'gz' | 'zst';

/** Bytes from the start of a file that `formatOf` needs to see, if there are as many. */
export const headLength = 8;

const bytes = (...list: number[]): Buffer => Buffer.from(list);

const supported: readonly (readonly [Format, Buffer])[] = [
  ['zip', Buffer.from('PK\x03\x04')],
  ['zip', Buffer.from('PK\x05\x06')], // without any entry
  ['xz', bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)],
  ['gz', bytes(0x1f, 0x8b, 0x08)],
  ['zst', bytes(0x28, 0xb5, 0x2f, 0xfd)],
];

const foreign: readonly (readonly [string, Buffer])[] = [
  ['a bzip2 archive', Buffer.from('BZh')],
  ['a 7-Zip archive', bytes(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c)],
  ['a RAR archive', Buffer.from('Rar!')],
  ['an lz4 archive', bytes(0x04, 0x22, 0x4d, 0x18)],
  ['an lzip archive', Buffer.from('LZIP')],
  ['a QCOW2 disk', bytes(0x51, 0x46, 0x49, 0xfb)],
  ['a VMDK disk', Buffer.from('KDMV')],
];

/**
 * Tells a format by its first bytes, never by its name; whatever is not known is taken for a raw image.
 * Throws `source.archive` for archives and disks of other kinds.
 */
export function formatOf(head: Uint8Array, subject: string): Format {
  const start = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const begins = (magic: Buffer): boolean => start.subarray(0, magic.length).equals(magic);
  const other = foreign.find(([, magic]) => begins(magic));
  if (other) {
    throw new PiImageError('source.archive', `${subject} is ${other[0]}, which pi-image does not read`, {
      help: 'unpack it to a raw .img first; .img, .zip, .xz, .gz and .zst are read as they are',
    });
  }
  // A skippable frame may come first in a zstd file; its magic number has sixteen values.
  if (((start[0] ?? 0) & 0xf0) === 0x50 && start.subarray(1, 4).equals(bytes(0x2a, 0x4d, 0x18))) return 'zst';
  return supported.find(([, magic]) => begins(magic))?.[0] ?? 'raw';
}

const endings = /(\.(img|raw|iso|bin|wic|zip|xz|gz|zst))+$/i;

/** A name for an image out of its file's name: without endings, and harmless as a file name itself. */
export function imageName(file: string): string {
  const plain = file.replace(endings, '').replace(/[^\w.-]+/g, '-');
  return plain.replace(/^[.-]+/, '') || 'image';
}
