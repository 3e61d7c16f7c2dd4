import { PiImageError } from '../model/errors.ts';

/** Parts of a path as `Volume` takes it; `/` has none. Anything else than such a path is a mistake of the caller. */
export function partsOf(path: string): readonly string[] {
  if (path === '/') return [];
  const parts = path.slice(1).split('/');
  if (!path.startsWith('/') || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new PiImageError('image.name', `${JSON.stringify(path)} is not an absolute path without . and ..`, {
      help: 'Write it as /directory/name.',
    });
  }
  return parts;
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `directory` or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === '/' || path.startsWith(`${directory}/`);
}
