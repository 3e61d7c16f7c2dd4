import type { ByteSource } from '../../model/content.ts';
import type { Entry, FileAttributes, ListedEntry, ScannedEntry, Space, Volume } from '../../model/volume.ts';
import type { BlockDevice } from '../device.ts';
import { volumeErrors } from '../volume-errors.ts';
import { listDirectory } from './directory.ts';
import { kindOfType } from './directory-block.ts';
import { readAttributes } from './extended-attributes.ts';
import { contentOf } from './file-content.ts';
import { type Ext4, mountExt4 } from './file-system.ts';
import { readInode } from './inode-table.ts';
import { decodeName } from './name.ts';
import {
  appendToFile,
  makeDirectory,
  makeHardLink,
  makeLink,
  makeSpecialFile,
  removeEntry,
  renameEntry,
  resizeFile,
  type SpecialFile,
  setAttributes,
  setExtendedAttribute,
  specialOf,
  writeFile,
} from './operations.ts';
import { existingDirectory, existingInode, findInode } from './path.ts';
import { recoverExt4 } from './recovery.ts';
import { scanDirectory } from './scan.ts';
import { readTarget } from './symbolic-link.ts';
import { flushAll, transact } from './transaction.ts';

export interface Ext4Options {
  /** The time that changed files, and the file system itself, are stamped with. */
  readonly now: () => Date;
  /** Replays the journal of a file system that was not unmounted, onto `device`. @default false */
  readonly recover?: boolean;
}

/**
 * Opens a clean ext2, ext3 or ext4 file system that fills `device`. Throws `image.damaged`, `image.not-clean`, or
 * `image.not-supported` for features that we do not know well enough (docs/ext4.md). Some can only be read.
 */
export function openExt4(device: BlockDevice, { now, recover = false }: Ext4Options): Ext4Volume {
  if (recover) recoverExt4(device, now);
  return new Ext4Volume(mountExt4(device, now));
}

/** What ext4 can do besides what all volumes can. */
export class Ext4Volume implements Volume {
  readonly format = 'ext4';
  readonly label: string;
  readonly #fs: Ext4;

  constructor(fs: Ext4) {
    this.#fs = fs;
    this.label = fs.superblock.label;
  }

  stat(path: string): Entry | undefined {
    const inode = findInode(this.#fs, path);
    if (inode === undefined) return undefined;
    const { kind, size, mode, uid, gid, links, number } = inode;
    return { kind, size, mode: mode & 0o7777, uid, gid, links, mtime: inode.time('mtime'), inode: number };
  }

  list(path: string): readonly ListedEntry[] {
    const entries = listDirectory(this.#fs, existingDirectory(this.#fs, path));
    return entries.flatMap(({ name: bytes, type, inode }) => {
      const name = decodeName(bytes);
      if (name === '.' || name === '..') return [];
      return [{ name, kind: kindOfType(type) ?? readInode(this.#fs, inode).kind }];
    });
  }

  scan(path: string): readonly ScannedEntry[] {
    return scanDirectory(this.#fs, existingDirectory(this.#fs, path));
  }

  readLink(path: string): string {
    const inode = existingInode(this.#fs, path);
    if (inode.kind !== 'link') throw volumeErrors.notALink(path);
    return readTarget(this.#fs, inode);
  }

  open(path: string): ByteSource {
    const inode = existingInode(this.#fs, path);
    if (inode.kind === 'directory') throw volumeErrors.isADirectory(path);
    if (inode.kind !== 'file') throw volumeErrors.notAFile(path);
    return contentOf(this.#fs, inode);
  }

  write(path: string, content: ByteSource, attributes: FileAttributes = {}): void {
    transact(this.#fs, () => writeFile(this.#fs, path, content, attributes));
  }

  /** Adds content at the end of a regular file. */
  append(path: string, content: ByteSource): void {
    transact(this.#fs, () => appendToFile(this.#fs, path, content));
  }

  /** Cuts a regular file to `size` bytes, or lets it grow by zeros that take no room. */
  resize(path: string, size: number): void {
    transact(this.#fs, () => resizeFile(this.#fs, path, size));
  }

  /** A named pipe, a socket, or a device by its numbers. */
  makeSpecialFile(path: string, special: SpecialFile, attributes: FileAttributes = {}): void {
    transact(this.#fs, () => makeSpecialFile(this.#fs, path, special, attributes));
  }

  makeDirectory(path: string, attributes: FileAttributes = {}): void {
    transact(this.#fs, () => makeDirectory(this.#fs, path, attributes));
  }

  makeLink(path: string, target: string): void {
    transact(this.#fs, () => makeLink(this.#fs, path, target));
  }

  /** Gives the file `existing` a second name. */
  makeHardLink(existing: string, path: string): void {
    transact(this.#fs, () => makeHardLink(this.#fs, existing, path));
  }

  remove(path: string): void {
    transact(this.#fs, () => removeEntry(this.#fs, path));
  }

  rename(from: string, to: string): void {
    transact(this.#fs, () => renameEntry(this.#fs, from, to));
  }

  setAttributes(path: string, attributes: FileAttributes): void {
    transact(this.#fs, () => setAttributes(this.#fs, path, attributes));
  }

  /** Extended attributes by full name, such as `security.capability`. */
  extendedAttributes(path: string): ReadonlyMap<string, Uint8Array> {
    return readAttributes(this.#fs, existingInode(this.#fs, path));
  }

  /** What a special file is; undefined for files, directories and links. */
  special(path: string): SpecialFile | undefined {
    return specialOf(existingInode(this.#fs, path));
  }

  /** Sets an extended attribute, or removes it when `value` is undefined; access lists in the form they are stored in. */
  setExtendedAttribute(path: string, name: string, value: Uint8Array | undefined): void {
    transact(this.#fs, () => setExtendedAttribute(this.#fs, path, name, value));
  }

  space(): Space {
    const { superblock, free } = this.#fs;
    return {
      size: superblock.blockCount * superblock.blockSize,
      free: free.blocks * superblock.blockSize * superblock.blocksPerCluster,
      inodes: superblock.inodeCount,
      freeInodes: free.inodes,
      unit: superblock.blockSize * superblock.blocksPerCluster,
    };
  }

  flush(): void {
    flushAll(this.#fs);
  }
}
