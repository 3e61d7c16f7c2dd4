import { PiImageError } from '../../model/errors.ts';

/** The blocks of a journal by their number in it; 0 is its superblock. Its numbers are big-endian, unlike all else in ext4. */
export interface Log {
  readonly blockSize: number;
  readonly blockCount: number;
  read(block: number): Uint8Array;
}

export const blockType = { descriptor: 1, commit: 2, superblock1: 3, superblock2: 4, revoke: 5 } as const;
export const logMagic = 0xc03b3998;
export const headerSize = 12;

export interface BlockHeader {
  readonly type: number;
  readonly sequence: number;
}

/** What every block of the log begins with that is not a copy of a file system block; undefined for others. */
export function readHeader(bytes: Uint8Array): BlockHeader | undefined {
  const view = viewOf(bytes);
  if (view.getUint32(0) !== logMagic) return undefined;
  return { type: view.getUint32(4), sequence: view.getUint32(8) };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function damagedJournal(what: string): PiImageError {
  return new PiImageError('image.damaged', `the journal of the ext4 file system is damaged: ${what}`, {
    help: 'Run `e2fsck -f` on the partition: it can save what is left. Or download the image again.',
  });
}
