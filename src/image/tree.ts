import type { ByteSource } from '../model/content.ts';
import { PiImageError } from '../model/errors.ts';
import type { NamedEntry, Tree } from '../model/tree.ts';
import type { Entry, EntryKind, FileAttributes, ListedEntry, Space, Volume } from '../model/volume.ts';
import { type Resolved, resolvePath } from './resolve.ts';
import { scanVolume } from './scan-volume.ts';
import { volumeErrors as errors } from './volume-errors.ts';
import { isWithin, parentOf } from './volume-path.ts';

export interface Mount {
  /** Absolute path of an existing directory in the mounts before it; `/` for the first. */
  readonly at: string;
  readonly volume: Volume;
}

/** Larger files are to be read in pieces, through `open`. */
const largestRead = 256 * 1024 * 1024;
/** Paths that are known until something changes: those of a whole /etc, and little memory. */
const mostKnown = 16 * 1024;

/** Several volumes as one path space. Later mounts lie in earlier ones; the first is the root, at `/`. */
export function mountTree(mounts: readonly Mount[]): Tree {
  return new MountedTree(mounts);
}

interface Place {
  readonly mount: Mount;
  /** Within the volume. */
  readonly path: string;
}

class MountedTree implements Tree {
  readonly #mounts: Mount[] = [];
  /** What lies at paths without links. Every path leads through the same few directories, which are asked for again and again. */
  readonly #known = new Map<string, Entry | undefined>();

  constructor(mounts: readonly Mount[]) {
    if (mounts[0]?.at !== '/') throw new Error('the first mount must be the root, at /');
    for (const { at, volume } of mounts) {
      this.#mounts.unshift({ at: this.#mountPoint(at), volume });
      this.#known.clear();
    }
  }

  stat(path: string): Entry | undefined {
    return this.#entry(this.#resolve(path));
  }

  lstat(path: string): Entry | undefined {
    return this.#entry(this.#resolve(path, false));
  }

  list(path: string): readonly ListedEntry[] {
    return this.#at(this.#existing(path), ({ volume }, inner) => volume.list(inner));
  }

  scan(path: string): readonly NamedEntry[] {
    const directory = this.#existing(path);
    const entries = this.#at(directory, ({ volume }, inner) => scanVolume(volume, inner));
    return entries.map((entry) => {
      const there = `${directory === '/' ? '' : directory}/${entry.name}`;
      const mounted = this.#mounts.some(({ at }) => at === there) ? this.#look(there) : undefined;
      return mounted ? { ...mounted, name: entry.name } : entry;
    });
  }

  readLink(path: string): string {
    return this.#at(this.#existing(path, false), ({ volume }, inner) => volume.readLink(inner));
  }

  realPath(path: string): string {
    return this.#resolve(path).path;
  }

  open(path: string): ByteSource | undefined {
    const resolved = this.#resolve(path);
    if (resolved.state !== 'found') return undefined;
    return this.#at(resolved.path, ({ volume }, inner) => volume.open(inner));
  }

  read(path: string): Uint8Array | undefined {
    const source = this.open(path);
    if (source === undefined) return undefined;
    if (source.size > largestRead) {
      throw new PiImageError('image.not-supported', `${path} has ${source.size} bytes, too many to edit it`, {
        help: `Files of up to ${largestRead} bytes can be edited.`,
      });
    }
    const bytes = new Uint8Array(source.size);
    source.readInto(bytes, 0);
    return bytes;
  }

  readText(path: string): string | undefined {
    const bytes = this.read(path);
    return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }

  write(path: string, content: ByteSource, attributes?: FileAttributes): void {
    this.#change(this.#creatable(path), (volume, inner) => volume.write(inner, content, attributes));
  }

  makeDirectory(path: string, attributes?: FileAttributes): void {
    this.#change(this.#creatable(path), (volume, inner) => volume.makeDirectory(inner, attributes));
  }

  makeLink(path: string, target: string): void {
    this.#change(this.#creatable(path, false), (volume, inner) => volume.makeLink(inner, target));
  }

  remove(path: string): void {
    this.#change(this.#movable(path), (volume, inner) => volume.remove(inner));
  }

  rename(from: string, to: string): void {
    const source = this.#movable(from);
    const target = this.#creatable(to, false);
    if (this.#place(source).mount !== this.#place(target).mount) {
      throw new PiImageError(
        'image.not-supported',
        `${from} cannot be moved to ${to}: they lie on different partitions`,
        { help: 'Move it within its partition, or write the new file and remove the old one.' },
      );
    }
    const { path: innerTarget } = this.#place(target);
    this.#change(source, (volume, inner) => volume.rename(inner, innerTarget));
  }

  setAttributes(path: string, attributes: FileAttributes): void {
    this.#change(this.#existing(path), (volume, inner) => volume.setAttributes(inner, attributes));
  }

  space(path: string): Space {
    return this.#place(this.#resolve(path).path).mount.volume.space();
  }

  flush(): void {
    for (const { volume } of this.#mounts) volume.flush();
  }

  /** A link at the mount point is followed, as mount(8) does. */
  #mountPoint(at: string): string {
    if (this.#mounts.length === 0) return at;
    const resolved = this.#resolve(at);
    if (resolved.state === 'found' && this.#kindOf(resolved.path) === 'directory') return resolved.path;
    throw new PiImageError('image.not-found', `the image has no directory ${at} to mount a partition on`, {
      help: 'Its /etc/fstab names a directory that does not exist. Use an image that boots.',
    });
  }

  #place(path: string): Place {
    // The innermost mount comes first in the list.
    for (const mount of this.#mounts) {
      if (!isWithin(path, mount.at)) continue;
      const inner = mount.at === '/' ? path : path.slice(mount.at.length);
      return { mount, path: inner === '' ? '/' : inner };
    }
    throw new Error('unreachable: the root holds every path');
  }

  #at<T>(path: string, action: (mount: Mount, inner: string) => T): T {
    const place = this.#place(path);
    try {
      return action(place.mount, place.path);
    } catch (error) {
      if (place.mount.at === '/' || !PiImageError.is(error)) throw error;
      const { code, message, help, problems } = error;
      throw new PiImageError(code, `${message} (in the partition that is mounted on ${place.mount.at})`, {
        ...(help !== undefined && { help }),
        problems,
        cause: error,
      });
    }
  }

  /** What was known may be otherwise then, even when it fails. */
  #change(path: string, action: (volume: Volume, inner: string) => void): void {
    try {
      this.#at(path, ({ volume }, inner) => action(volume, inner));
    } finally {
      this.#known.clear();
    }
  }

  #look(path: string): Entry | undefined {
    const known = this.#known.get(path);
    if (known !== undefined || this.#known.has(path)) return known;
    const found = this.#at(path, ({ volume }, inner) => volume.stat(inner));
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(path, found);
    return found;
  }

  #kindOf(path: string): EntryKind | undefined {
    return this.#look(path)?.kind;
  }

  #resolve(path: string, followLast = true): Resolved {
    return resolvePath(
      path,
      {
        kindOf: (one) => this.#kindOf(one),
        targetOf: (one) => this.#at(one, ({ volume }, inner) => volume.readLink(inner)),
      },
      followLast,
    );
  }

  #entry({ path, state }: Resolved): Entry | undefined {
    return state === 'found' ? this.#look(path) : undefined;
  }

  #existing(path: string, followLast = true): string {
    const resolved = this.#resolve(path, followLast);
    if (resolved.state === 'found') return resolved.path;
    throw resolved.state === 'not-a-directory' ? errors.notADirectory(parentOf(path)) : errors.notFound(path);
  }

  /** Where something can be made: a path that exists, or lacks only its last part. */
  #creatable(path: string, followLast = true): string {
    const resolved = this.#resolve(path, followLast);
    if (resolved.state === 'not-a-directory') throw errors.notADirectory(parentOf(resolved.path));
    if (resolved.state === 'no-parent') throw errors.notFound(parentOf(resolved.path));
    return resolved.path;
  }

  #movable(path: string): string {
    const resolved = this.#existing(path, false);
    const inside = this.#mounts.find(({ at }) => isWithin(at, resolved));
    if (inside === undefined) return resolved;
    throw new PiImageError('image.not-supported', `${path} holds the mount point ${inside.at}`, {
      help: 'The directory that a partition is mounted on stays where it is.',
    });
  }
}
