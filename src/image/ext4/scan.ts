import type { ByteSource } from '../../model/content.ts';
import type { EntryKind, ScannedEntry } from '../../model/volume.ts';
import { volumeErrors } from '../volume-errors.ts';
import { listDirectory } from './directory.ts';
import { readAttributes } from './extended-attributes.ts';
import { contentOf } from './file-content.ts';
import type { Ext4 } from './file-system.ts';
import type { Inode } from './inode.ts';
import { readInode } from './inode-table.ts';
import { decodeName } from './name.ts';
import { readTarget } from './symbolic-link.ts';

/**
 * Everything in a directory but `.` and `..`. To find a file by its path, every directory on the way is searched; who
 * visits all files, as a comparison of images does, would spend most of the time on that.
 */
export function scanDirectory(fs: Ext4, directory: Inode): readonly ScannedEntry[] {
  return listDirectory(fs, directory).flatMap(({ name: bytes, inode }) => {
    const name = decodeName(bytes);
    return name === '.' || name === '..' ? [] : [new InodeEntry(fs, name, readInode(fs, inode))];
  });
}

class InodeEntry implements ScannedEntry {
  readonly name: string;
  readonly kind: EntryKind;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly links: number;
  readonly inode: number;
  readonly #fs: Ext4;

  constructor(fs: Ext4, name: string, inode: Inode) {
    this.name = name;
    this.kind = inode.kind;
    this.size = inode.size;
    this.mode = inode.mode & 0o7777;
    this.uid = inode.uid;
    this.gid = inode.gid;
    this.mtime = inode.time('mtime');
    this.links = inode.links;
    this.inode = inode.number;
    this.#fs = fs;
  }

  open(): ByteSource {
    if (this.kind !== 'file') throw volumeErrors.notAFile(this.name);
    return contentOf(this.#fs, readInode(this.#fs, this.inode));
  }

  readLink(): string {
    if (this.kind !== 'link') throw volumeErrors.notALink(this.name);
    return readTarget(this.#fs, readInode(this.#fs, this.inode));
  }

  extendedAttributes(): ReadonlyMap<string, Uint8Array> {
    return readAttributes(this.#fs, readInode(this.#fs, this.inode));
  }
}
