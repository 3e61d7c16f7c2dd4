import type { ByteSource } from '../model/content.ts';
import { bytesSource } from '../model/content.ts';
import type { Entry, FileAttributes, ListedEntry, Space, Volume } from '../model/volume.ts';
import { volumeErrors as errors } from './volume-errors.ts';
import { isWithin, nameOf, parentOf, partsOf } from './volume-path.ts';

export interface MemoryVolumeOptions {
  readonly now?: () => Date;
  readonly label?: string;
  /** Bytes all files together may have. @default 1 GiB */
  readonly size?: number;
}

/** A volume that lives in memory only, for tests and dry runs: same semantics as ext4, nothing of its format. */
export function createMemoryVolume(options: MemoryVolumeOptions = {}): Volume {
  return new MemoryVolume(options);
}

interface Attributes {
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  readonly inode: number;
}

type Node = Attributes &
  (
    | { readonly kind: 'file'; bytes: Uint8Array }
    | { readonly kind: 'link'; readonly target: string }
    | { readonly kind: 'directory'; readonly entries: Map<string, Node> }
  );
type Directory = Extract<Node, { kind: 'directory' }>;

const longestName = 255;

class MemoryVolume implements Volume {
  readonly format = 'memory';
  readonly label: string;
  readonly #now: () => Date;
  readonly #size: number;
  readonly #root: Directory;
  #used = 0;
  #lastInode = 0;

  constructor(options: MemoryVolumeOptions) {
    this.label = options.label ?? '';
    this.#now = options.now ?? (() => new Date(0));
    this.#size = options.size ?? 1024 ** 3;
    this.#root = { kind: 'directory', entries: new Map(), ...this.#attributes({}, 0o755) };
  }

  stat(path: string): Entry | undefined {
    const node = this.#find(path);
    if (node === undefined) return undefined;
    const { kind, mode, uid, gid, mtime, inode } = node;
    return { kind, size: sizeOf(node), mode, uid, gid, mtime, inode, links: linksOf(node) };
  }

  list(path: string): readonly ListedEntry[] {
    return [...this.#directory(path).entries].map(([name, { kind }]) => ({ name, kind }));
  }

  readLink(path: string): string {
    const node = this.#existing(path);
    if (node.kind !== 'link') throw errors.notALink(path);
    return node.target;
  }

  open(path: string): ByteSource {
    const node = this.#existing(path);
    if (node.kind === 'directory') throw errors.isADirectory(path);
    if (node.kind === 'link') throw errors.notAFile(path);
    return bytesSource(node.bytes);
  }

  write(path: string, content: ByteSource, attributes: FileAttributes = {}): void {
    const old = this.#find(path);
    if (old?.kind === 'directory') throw errors.isADirectory(path);
    if (old?.kind === 'link') throw errors.notAFile(path);
    const parent = this.#parent(path);
    checkName(nameOf(path));
    const free = this.#size - this.#used + (old?.bytes.length ?? 0);
    if (content.size > free) throw errors.noSpace(path, content.size, free);
    const bytes = new Uint8Array(content.size);
    content.readInto(bytes, 0);
    this.#used = this.#size - free + bytes.length;
    if (old === undefined) {
      this.#add(parent, path, { kind: 'file', bytes, ...this.#attributes(attributes, 0o644) });
      return;
    }
    old.bytes = bytes;
    old.mtime = this.#seconds();
    assignAttributes(old, attributes);
  }

  makeDirectory(path: string, attributes: FileAttributes = {}): void {
    const parent = this.#vacant(path);
    this.#add(parent, path, {
      kind: 'directory',
      entries: new Map(),
      ...this.#attributes(attributes, 0o755),
    });
  }

  makeLink(path: string, target: string): void {
    const parent = this.#vacant(path);
    if (target === '' || target.includes('\0')) throw errors.name(target, 'a link needs a target');
    this.#add(parent, path, { kind: 'link', target, ...this.#attributes({}, 0o777) });
  }

  remove(path: string): void {
    if (path === '/') throw errors.isTheRoot('removed');
    const node = this.#existing(path);
    if (node.kind === 'directory' && node.entries.size > 0) throw errors.notEmpty(path);
    if (node.kind === 'file') this.#used -= node.bytes.length;
    const parent = this.#parent(path);
    parent.entries.delete(nameOf(path));
    parent.mtime = this.#seconds();
  }

  rename(from: string, to: string): void {
    if (from === '/') throw errors.isTheRoot('moved');
    const node = this.#existing(from);
    if (node.kind === 'directory' && from !== to && isWithin(to, from)) throw errors.intoItself(from, to);
    const target = this.#vacant(to);
    const source = this.#parent(from);
    source.entries.delete(nameOf(from));
    source.mtime = this.#seconds();
    this.#add(target, to, node);
  }

  setAttributes(path: string, attributes: FileAttributes): void {
    assignAttributes(this.#existing(path), attributes);
  }

  space(): Space {
    return {
      size: this.#size,
      free: this.#size - this.#used,
      inodes: Number.POSITIVE_INFINITY,
      freeInodes: Number.POSITIVE_INFINITY,
      unit: 1,
    };
  }

  flush(): void {}

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    let at = '';
    for (const part of partsOf(path)) {
      if (node.kind !== 'directory') throw errors.notADirectory(at);
      node = node.entries.get(part);
      if (node === undefined) return undefined;
      at += `/${part}`;
    }
    return node;
  }

  #existing(path: string): Node {
    const node = this.#find(path);
    if (node === undefined) throw errors.notFound(path);
    return node;
  }

  #directory(path: string): Directory {
    const node = this.#existing(path);
    if (node.kind !== 'directory') throw errors.notADirectory(path);
    return node;
  }

  #parent(path: string): Directory {
    return this.#directory(parentOf(path));
  }

  /** The directory that `path` can be made in. */
  #vacant(path: string): Directory {
    if (this.#find(path) !== undefined) throw errors.exists(path);
    checkName(nameOf(path));
    return this.#parent(path);
  }

  #add(parent: Directory, path: string, node: Node): void {
    parent.entries.set(nameOf(path), node);
    parent.mtime = this.#seconds();
  }

  #attributes(given: FileAttributes, mode: number): Attributes {
    const { uid = 0, gid = 0 } = given;
    return { mode: given.mode ?? mode, uid, gid, mtime: this.#seconds(), inode: ++this.#lastInode };
  }

  #seconds(): number {
    return Math.floor(this.#now().getTime() / 1000);
  }
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > longestName) throw errors.name(name, `more than ${longestName} bytes`);
  if (name.includes('\0')) throw errors.name(name, 'it contains a NUL');
}

function sizeOf(node: Node): number {
  if (node.kind === 'file') return node.bytes.length;
  return node.kind === 'link' ? Buffer.byteLength(node.target) : 4096;
}

function linksOf(node: Node): number {
  if (node.kind !== 'directory') return 1;
  return 2 + [...node.entries.values()].filter(({ kind }) => kind === 'directory').length;
}

function assignAttributes(node: Attributes, { mode, uid, gid }: FileAttributes): void {
  node.mode = mode ?? node.mode;
  node.uid = uid ?? node.uid;
  node.gid = gid ?? node.gid;
}
