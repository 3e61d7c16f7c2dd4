import type { ByteSource } from './content.ts';
import type { Entry, FileAttributes, ListedEntry, Space } from './volume.ts';

export interface NamedEntry extends Entry {
  readonly name: string;
}

/**
 * All volumes of an image as the running Pi would see them: one path space, links followed as the kernel does
 * (absolute links and `..` stay inside the image, 40 links at most). `lstat` and `readLink` act on the last
 * component itself; all others follow it.
 */
export interface ReadableTree {
  stat(path: string): Entry | undefined;
  lstat(path: string): Entry | undefined;
  list(path: string): readonly ListedEntry[];
  /** All of a directory with what `lstat` says of each. */
  scan(path: string): readonly NamedEntry[];
  readLink(path: string): string;
  /** The path with all links resolved; parts that do not exist stay as they are. */
  realPath(path: string): string;
  open(path: string): ByteSource | undefined;
  read(path: string): Uint8Array | undefined;
  readText(path: string): string | undefined;
  /** Of the volume that holds `path`. */
  space(path: string): Space;
}

/** A tree that can be changed. `makeLink`, `remove` and `rename` act on the last component itself. */
export interface Tree extends ReadableTree {
  write(path: string, content: ByteSource, attributes?: FileAttributes): void;
  makeDirectory(path: string, attributes?: FileAttributes): void;
  makeLink(path: string, target: string): void;
  remove(path: string): void;
  rename(from: string, to: string): void;
  setAttributes(path: string, attributes: FileAttributes): void;
  flush(): void;
}
