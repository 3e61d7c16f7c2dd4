import type { ByteSource } from './content.ts';

export type EntryKind = 'file' | 'directory' | 'link' | 'other';

/** What a file system knows of one path. Times are seconds since 1970; FAT reports mode 0755/0644 and owner 0:0. */
export interface Entry {
  readonly kind: EntryKind;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly links: number;
  /** Identifies the file within its volume; equal numbers are hard links. 0 where the format has none. */
  readonly inode: number;
}

export interface ListedEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

/** One of all entries of a directory, found already: what it holds costs no walk through the path again. */
export interface ScannedEntry extends Entry {
  readonly name: string;
  /** The content of a regular file. */
  open(): ByteSource;
  readLink(): string;
  /** By full name, such as `security.capability`; none where the format has none. */
  extendedAttributes(): ReadonlyMap<string, Uint8Array>;
}

/** `mode` holds the low twelve bits. What is left out stays as it is, or becomes 0644 (directories 0755) and 0:0 on creation. */
export interface FileAttributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Bytes and inodes; `inodes` is infinite where the format has no fixed number. */
export interface Space {
  readonly size: number;
  readonly free: number;
  readonly inodes: number;
  readonly freeInodes: number;
  /** Allocation unit in bytes: ext4 block, FAT cluster. */
  readonly unit: number;
}

/**
 * One file system. Paths are absolute within it, `/`-separated, without `.`, `..` or a trailing slash; no link
 * is followed anywhere (a link among the parents is `image.not-a-directory`): `Tree` resolves links.
 * Every failure is a PiImageError of the `image.*` family and leaves no half-made entry behind.
 * All calls are synchronous; nothing reaches the device for certain before `flush()`.
 */
export interface Volume {
  readonly format: 'fat12' | 'fat16' | 'fat32' | 'ext4' | 'memory';
  readonly label: string;
  /** The entry at `path` itself, undefined when there is none. */
  stat(path: string): Entry | undefined;
  list(path: string): readonly ListedEntry[];
  /** All of a directory with what `stat` says of each; left out where asking one by one costs no more. */
  scan?(path: string): readonly ScannedEntry[];
  readLink(path: string): string;
  /** The content of a regular file. */
  open(path: string): ByteSource;
  /** Creates a regular file, or replaces the content of one (keeping inode, links and attributes not given). */
  write(path: string, content: ByteSource, attributes?: FileAttributes): void;
  makeDirectory(path: string, attributes?: FileAttributes): void;
  /** FAT has none: `image.not-supported`. */
  makeLink(path: string, target: string): void;
  /** Removes a file, a link or an empty directory. */
  remove(path: string): void;
  /** Moves an entry; `to` must not exist. */
  rename(from: string, to: string): void;
  /** On FAT a no-op: the format keeps neither mode nor owner. */
  setAttributes(path: string, attributes: FileAttributes): void;
  space(): Space;
  flush(): void;
  /** Leaves what it has to the next volume; nothing may be asked of this one afterwards. Without it, what it has is collected some time. */
  close?(): void;
}
