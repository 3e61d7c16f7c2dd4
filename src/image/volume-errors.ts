import { PiImageError } from '../model/errors.ts';

/** The errors that every kind of volume has in common, so that they read the same whatever the format. */
export const volumeErrors = {
  notFound: (path: string) =>
    new PiImageError('image.not-found', `${path} does not exist in the image`, {
      help: 'Check the path; `pi-image ls` lists what is there.',
    }),
  exists: (path: string) =>
    new PiImageError('image.exists', `${path} exists in the image already`, {
      help: 'Remove it first, or use another name.',
    }),
  notADirectory: (path: string) =>
    new PiImageError('image.not-a-directory', `${path} is not a directory`, { help: 'Check the path.' }),
  isADirectory: (path: string) =>
    new PiImageError('image.is-a-directory', `${path} is a directory`, { help: 'Check the path.' }),
  notAFile: (path: string) =>
    new PiImageError('image.not-supported', `${path} is neither a regular file nor a directory`, {
      help: 'Links and devices have no content of their own.',
    }),
  notALink: (path: string) =>
    new PiImageError('image.not-supported', `${path} is not a symbolic link`, { help: 'Check the path.' }),
  notEmpty: (path: string) =>
    new PiImageError('image.not-empty', `the directory ${path} is not empty`, {
      help: 'Remove what is in it first.',
    }),
  isTheRoot: (what: string) =>
    new PiImageError('image.not-supported', `the root of a file system cannot be ${what}`),
  intoItself: (from: string, to: string) =>
    new PiImageError('image.loop', `${from} cannot be moved to ${to}, which lies inside of it`),
  noSpace: (path: string, needed: number, free: number) =>
    new PiImageError(
      'image.no-space',
      `${path} needs ${needed} bytes, but the partition has only ${free} bytes free`,
      { help: 'Write less to this partition, or start from an image with more room.' },
    ),
  name: (name: string, why: string) =>
    new PiImageError('image.name', `${JSON.stringify(name)} cannot be a name in this file system: ${why}`, {
      help: 'Choose another name.',
    }),
} as const;
