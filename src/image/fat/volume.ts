import type { ByteSource } from '../../model/content.ts';
import { PiImageError } from '../../model/errors.ts';
import type { Entry, ListedEntry, Space, Volume } from '../../model/volume.ts';
import type { BlockDevice } from '../device.ts';
import { volumeErrors as errors } from '../volume-errors.ts';
import { isWithin, parentOf, partsOf } from '../volume-path.ts';
import { windowOf } from '../window.ts';
import { type FatGeometry, sectorSize } from './bpb.ts';
import { type FatEntry, FatFileSystem } from './file-system.ts';
import { readLabel } from './label.ts';
import { checkPath, isPossible } from './name.ts';
import { preflight } from './preflight.ts';
import { damaged } from './result.ts';

export interface FatOptions {
  /** Stamps of files written. FAT keeps them to two seconds; they are written in UTC. */
  readonly now: () => Date;
}

/** What a file of FAT may have at most. */
const largestFile = 2 ** 32 - 1;
/** Old content up to this size is kept while it is replaced, and comes back if that fails. */
const largestBackup = 16 * 1024 * 1024;

/**
 * A FAT12, FAT16 or FAT32 volume on a device of exactly its partition. Nothing is written before the first change.
 * Unclean volumes are `image.not-clean`, odd ones `image.not-supported`, impossible ones `image.damaged`.
 */
export async function openFat(device: BlockDevice, options: FatOptions): Promise<Volume> {
  const geometry = preflight(device);
  const label = readLabel(device, geometry);
  const window = windowOf(device, 0, geometry.sectors * sectorSize);
  const files = await FatFileSystem.mount(window, geometry, options.now);
  return new FatVolume(files, geometry, label);
}

class FatVolume implements Volume {
  readonly format: FatGeometry['format'];
  readonly label: string;
  readonly #files: FatFileSystem;
  readonly #geometry: FatGeometry;

  constructor(files: FatFileSystem, geometry: FatGeometry, label: string) {
    this.format = geometry.format;
    this.label = label;
    this.#files = files;
    this.#geometry = geometry;
  }

  stat(path: string): Entry | undefined {
    const entry = this.#find(path);
    if (entry === undefined) return undefined;
    const { kind, size, mtime } = entry;
    return { kind, size, mtime, mode: kind === 'file' ? 0o644 : 0o755, uid: 0, gid: 0, links: 1, inode: 0 };
  }

  list(path: string): readonly ListedEntry[] {
    this.#directory(path);
    return this.#files.list(path).map(({ name, kind }) => ({ name, kind }));
  }

  readLink(path: string): string {
    this.#existing(path);
    throw errors.notALink(path);
  }

  open(path: string): ByteSource {
    const { size } = this.#file(path);
    return {
      size,
      readInto: (target, position) => {
        if (position < 0 || position + target.length > size) {
          throw damaged(`a read of ${path} leaves its ${size} bytes`);
        }
        this.#files.read(path, target, position);
      },
    };
  }

  write(path: string, content: ByteSource): void {
    checkPath(path);
    const old = this.#find(path);
    if (old?.kind === 'directory') throw errors.isADirectory(path);
    this.#directory(parentOf(path));
    this.#checkRoom(path, content.size, old?.size);
    if (old === undefined) {
      this.#files.create(path, content);
      return;
    }
    const backup = old.size <= largestBackup ? this.#readAll(path, old.size) : undefined;
    this.#files.withoutReadOnly(path, old, () => this.#files.replace(path, content, backup));
  }

  makeDirectory(path: string): void {
    checkPath(path);
    this.#vacant(path);
    this.#checkRoom(path, this.#geometry.clusterSize);
    this.#files.makeDirectory(path);
  }

  makeLink(path: string): void {
    throw new PiImageError('image.not-supported', `${path} cannot be a link: FAT has no symbolic links`, {
      help: 'Copy the file instead, or put the link on the root partition.',
    });
  }

  remove(path: string): void {
    if (partsOf(path).length === 0) throw errors.isTheRoot('removed');
    const entry = this.#existing(path);
    if (entry.kind === 'directory' && this.#files.list(path).length > 0) throw errors.notEmpty(path);
    this.#files.remove(path, entry);
  }

  rename(from: string, to: string): void {
    if (partsOf(from).length === 0) throw errors.isTheRoot('moved');
    checkPath(to);
    const entry = this.#existing(from);
    const canonicalFrom = this.#canonical(from);
    if (entry.kind === 'directory' && isWithin(this.#canonical(parentOf(to)), canonicalFrom)) {
      throw errors.intoItself(from, to);
    }
    const there = this.#find(to);
    // Only the case of a name changes: FAT finds the entry itself under its new name.
    const sameEntry = there !== undefined && from !== to && this.#canonical(to) === canonicalFrom;
    if (there !== undefined && !sameEntry) throw errors.exists(to);
    this.#directory(parentOf(to));
    this.#files.rename(from, to);
  }

  setAttributes(path: string): void {
    this.#existing(path);
  }

  space(): Space {
    const { clusters, clusterSize } = this.#geometry;
    return {
      size: clusters * clusterSize,
      free: this.#files.freeClusters() * clusterSize,
      inodes: Number.POSITIVE_INFINITY,
      freeInodes: Number.POSITIVE_INFINITY,
      unit: clusterSize,
    };
  }

  /** Every call leaves the device complete: FatFs writes back at the end of each. */
  flush(): void {}

  close(): void {
    this.#files.close();
  }

  #find(path: string): FatEntry | undefined {
    if (!isPossible(path)) return undefined;
    const found = this.#files.stat(path);
    if (found === undefined) this.#checkParents(path);
    return found;
  }

  /** Throws when a part of the path above the last is a file. */
  #checkParents(path: string): void {
    for (let parent = parentOf(path); parent !== '/'; parent = parentOf(parent)) {
      const entry = this.#files.stat(parent);
      if (entry?.kind === 'file') throw errors.notADirectory(parent);
      if (entry !== undefined) return;
    }
  }

  #existing(path: string): FatEntry {
    const entry = this.#find(path);
    if (entry === undefined) throw errors.notFound(path);
    return entry;
  }

  #file(path: string): FatEntry {
    const entry = this.#existing(path);
    if (entry.kind === 'directory') throw errors.isADirectory(path);
    const { clusters, clusterSize } = this.#geometry;
    // Whoever reads the file reserves that much memory.
    if (entry.size > clusters * clusterSize) throw damaged(`${path} claims ${entry.size} bytes`);
    return entry;
  }

  #directory(path: string): void {
    if (this.#existing(path).kind !== 'directory') throw errors.notADirectory(path);
  }

  #vacant(path: string): void {
    if (this.#find(path) !== undefined) throw errors.exists(path);
    this.#directory(parentOf(path));
  }

  /** The path in short names, so that neither case nor the choice of name hides what is the same. */
  #canonical(path: string): string {
    let done = '';
    for (const part of partsOf(path)) done += `/${this.#files.stat(`${done}/${part}`)?.shortName ?? part}`;
    return done === '' ? '/' : done;
  }

  #readAll(path: string, size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    this.#files.read(path, bytes, 0);
    return bytes;
  }

  /** Asked before anything is touched. */
  #checkRoom(path: string, size: number, replaced?: number): void {
    if (size > largestFile) {
      throw new PiImageError(
        'image.no-space',
        `${path} has ${size} bytes; FAT holds 4 GiB at most in a file`,
        {
          help: 'Put it on the root partition.',
        },
      );
    }
    const { clusterSize } = this.#geometry;
    const clustersOf = (bytes: number) => Math.ceil(bytes / clusterSize);
    const free = this.#files.freeClusters() + clustersOf(replaced ?? 0);
    if (clustersOf(size) > free) throw errors.noSpace(path, size, free * clusterSize);
  }
}
