import {
  FR_DENIED,
  FR_DISK_ERR,
  FR_EXIST,
  FR_INT_ERR,
  FR_INVALID_NAME,
  FR_INVALID_OBJECT,
  FR_NO_FILE,
  FR_NO_FILESYSTEM,
  FR_NO_PATH,
} from 'js-fatfs';
import { PiImageError } from '../../model/errors.ts';
import { volumeErrors as errors } from '../volume-errors.ts';

/** The error for a result code of FatFs. The volume asks before it acts, so most of these mean damage. */
export function resultError(result: number, action: string, path: string, cause: unknown): PiImageError {
  if (PiImageError.is(cause)) return cause;
  switch (result) {
    case FR_NO_FILE:
    case FR_NO_PATH:
      return errors.notFound(path);
    case FR_EXIST:
      return errors.exists(path);
    case FR_INVALID_NAME:
      return errors.name(path, 'FAT does not allow it');
    case FR_DENIED:
      return new PiImageError('image.no-space', `${path}: no room left for it in its directory`, {
        help: 'Write less to this partition, or write into a subdirectory: the root of FAT12 and FAT16 is small.',
      });
    case FR_NO_FILESYSTEM:
      return new PiImageError('image.not-supported', 'this kind of FAT file system cannot be edited', {
        help: 'Use an image whose boot partition was made with the usual settings of mkfs.vfat.',
      });
    case FR_DISK_ERR:
    case FR_INT_ERR:
    case FR_INVALID_OBJECT:
      return damaged(`${path} cannot be ${action}: the allocation table contradicts itself`, cause);
    default:
      return damaged(`${path} cannot be ${action} (FatFs result ${result})`, cause);
  }
}

export function damaged(what: string, cause?: unknown): PiImageError {
  return new PiImageError('image.damaged', `the FAT file system is damaged: ${what}`, {
    help: 'Download the image again, or repair it with fsck.vfat.',
    cause,
  });
}
