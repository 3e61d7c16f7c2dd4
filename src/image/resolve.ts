import { PiImageError } from '../model/errors.ts';
import type { EntryKind } from '../model/volume.ts';

/** What the walk has to know of the file systems. Paths are absolute, without links, `.` and `..`. */
export interface Lookup {
  kindOf(path: string): EntryKind | undefined;
  targetOf(path: string): string;
}

export interface Resolved {
  /** Without links as far as the path exists; the rest as it was given. */
  readonly path: string;
  /** How the walk ended: at something, in a directory that lacks the last name, or before that. */
  readonly state: 'found' | 'missing' | 'no-parent' | 'not-a-directory';
}

/** As in Linux. */
const mostLinks = 40;
const longestPath = 4096;

/**
 * Walks a path as the kernel does: links are followed from where they lie, absolute ones and `..` never leave the
 * image. Forty links are followed at most, then it is `image.loop`.
 */
export function resolvePath(path: string, lookup: Lookup, followLast: boolean): Resolved {
  const pending = splitPath(path).reverse();
  /** The directory that was reached; '' for the root. */
  let done = '';
  let links = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === '..') {
      done = done.slice(0, Math.max(0, done.lastIndexOf('/')));
      continue;
    }
    const here = `${done}/${part}`;
    const kind = lookup.kindOf(here);
    if (kind === undefined) {
      return { path: join(here, pending), state: pending.length === 0 ? 'missing' : 'no-parent' };
    }
    if (kind === 'link' && (pending.length > 0 || followLast)) {
      links++;
      if (links > mostLinks) throw loop(path);
      const target = lookup.targetOf(here);
      if (target.startsWith('/')) done = '';
      pending.push(...splitTarget(target, path).reverse());
      continue;
    }
    if (kind !== 'directory' && pending.length > 0)
      return { path: join(here, pending), state: 'not-a-directory' };
    done = here;
  }
  return { path: done === '' ? '/' : done, state: 'found' };
}

function splitPath(path: string): string[] {
  if (path.startsWith('/') && path.length <= longestPath && !path.includes('\0')) return partsOf(path);
  throw new PiImageError('image.name', `${JSON.stringify(path.slice(0, 200))} is not an absolute path`, {
    help: 'Write it as /directory/name.',
  });
}

function splitTarget(target: string, path: string): string[] {
  if (target !== '' && target.length <= longestPath && !target.includes('\0')) return partsOf(target);
  throw new PiImageError('image.damaged', `a symbolic link on the way to ${path} has no usable target`, {
    help: 'The file system of the image is damaged. Download the image again.',
  });
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

/** `rest` comes with its last part first. */
const join = (path: string, rest: readonly string[]): string => [path, ...rest.toReversed()].join('/');

function loop(path: string): PiImageError {
  return new PiImageError('image.loop', `${path} leads through more than ${mostLinks} symbolic links`, {
    help: 'Links of the image point at each other. Check it with `pi-image ls`.',
  });
}
