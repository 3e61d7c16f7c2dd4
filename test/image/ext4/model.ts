import type { SpecialFile } from '../../../src/image/ext4/operations.ts';
import type { Ext4Volume } from '../../../src/image/ext4/volume.ts';
import type { ByteSource } from '../../../src/model/content.ts';
import type { ErrorCode } from '../../../src/model/errors.ts';
import { PiImageError } from '../../../src/model/errors.ts';
import type { EntryKind, FileAttributes } from '../../../src/model/volume.ts';

/** What a file system should hold at one path; hard links share one object. */
export interface Node {
  readonly kind: EntryKind;
  readonly special?: SpecialFile;
  readonly target: string;
  readonly attributes: Map<string, Uint8Array>;
  content: Uint8Array;
  mode: number;
  uid: number;
  gid: number;
  links: number;
}

/** What can be done to a file system, and to the model of one. */
export type Editable = Pick<
  Ext4Volume,
  | 'write'
  | 'append'
  | 'resize'
  | 'makeDirectory'
  | 'makeLink'
  | 'makeHardLink'
  | 'makeSpecialFile'
  | 'remove'
  | 'rename'
  | 'setAttributes'
  | 'setExtendedAttribute'
>;

const fail = (code: ErrorCode): never => {
  throw new PiImageError(code, 'so says the model');
};

/** The same operations on a map of paths: what must come out, and which error when an operation cannot be. */
export class Model implements Editable {
  readonly nodes = new Map<string, Node>([['', node('directory', { mode: 0o755 })]]);

  write(path: string, content: ByteSource, given: FileAttributes = {}): void {
    const old = this.#find(path);
    if (old?.kind === 'directory') fail('image.is-a-directory');
    if (old !== undefined && old.kind !== 'file') fail('image.not-supported');
    if (old === undefined) this.#parent(path);
    const bytes = bytesOf(content);
    const target = old ?? this.#add(path, node('file', { mode: 0o644 }));
    target.content = bytes;
    Object.assign(target, given);
  }

  append(path: string, content: ByteSource): void {
    const file = this.#file(path);
    file.content = Buffer.concat([file.content, bytesOf(content)]);
  }

  resize(path: string, size: number): void {
    const file = this.#file(path);
    const bytes = new Uint8Array(size);
    bytes.set(file.content.subarray(0, size));
    file.content = bytes;
  }

  makeDirectory(path: string, given: FileAttributes = {}): void {
    this.#add(path, node('directory', { mode: 0o755, ...given }));
  }

  makeLink(path: string, target: string): void {
    this.#add(path, node('link', { mode: 0o777, target }));
  }

  makeHardLink(existing: string, path: string): void {
    const target = this.#existing(existing);
    if (target.kind === 'directory') fail('image.is-a-directory');
    this.#add(path, target);
    target.links += 1;
  }

  makeSpecialFile(path: string, special: SpecialFile, given: FileAttributes = {}): void {
    this.#add(path, node('other', { mode: 0o644, special, ...given }));
  }

  remove(path: string): void {
    const target = this.#existing(path);
    if (target.kind === 'directory' && this.#below(path).length > 0) fail('image.not-empty');
    target.links -= 1;
    this.nodes.delete(path);
  }

  rename(from: string, to: string): void {
    this.#existing(from);
    if (to.startsWith(`${from}/`)) fail('image.loop');
    this.#vacant(to);
    const moved = [from, ...this.#below(from)].map((path) => [path, this.nodes.get(path)!] as const);
    for (const [path] of moved) this.nodes.delete(path);
    for (const [path, one] of moved) this.nodes.set(to + path.slice(from.length), one);
  }

  setAttributes(path: string, given: FileAttributes): void {
    Object.assign(this.#existing(path), given);
  }

  setExtendedAttribute(path: string, name: string, value: Uint8Array | undefined): void {
    const { attributes } = this.#existing(path);
    if (value === undefined) attributes.delete(name);
    else attributes.set(name, value);
  }

  #below(path: string): readonly string[] {
    return [...this.nodes.keys()].filter((other) => other.startsWith(`${path}/`));
  }

  #find(path: string): Node | undefined {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (parent !== '' && this.#find(parent) !== undefined && this.nodes.get(parent)!.kind !== 'directory')
      fail('image.not-a-directory');
    return this.nodes.get(path);
  }

  #existing(path: string): Node {
    return this.#find(path) ?? fail('image.not-found');
  }

  #file(path: string): Node {
    const found = this.#existing(path);
    if (found.kind === 'directory') fail('image.is-a-directory');
    if (found.kind !== 'file') fail('image.not-supported');
    return found;
  }

  #parent(path: string): void {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (parent !== '' && this.#existing(parent).kind !== 'directory') fail('image.not-a-directory');
  }

  #vacant(path: string): void {
    if (this.#find(path) !== undefined) fail('image.exists');
    this.#parent(path);
  }

  #add(path: string, added: Node): Node {
    this.#vacant(path);
    this.nodes.set(path, added);
    return added;
  }
}

function bytesOf(source: ByteSource): Uint8Array {
  const bytes = new Uint8Array(source.size);
  source.readInto(bytes, 0);
  return bytes;
}

function node(kind: EntryKind, given: Partial<Node>): Node {
  return {
    kind,
    target: '',
    attributes: new Map(),
    content: new Uint8Array(),
    mode: 0,
    uid: 0,
    gid: 0,
    links: 1,
    ...given,
  };
}

/** Every way in which the volume differs from the model. */
export function differences(volume: Ext4Volume, { nodes }: Model): string[] {
  const found: string[] = [];
  const expect = (path: string, what: string, is: unknown, should: unknown): void => {
    if (is !== should) found.push(`${JSON.stringify(path)}: ${what} is ${is}, not ${should}`);
  };
  let count = 0;
  const walk = (directory: string): void => {
    for (const { name, kind } of volume.list(directory === '' ? '/' : directory)) {
      const path = `${directory}/${name}`;
      if (path === '/lost+found') continue;
      count++;
      expect(path, 'kind', kind, nodes.get(path)?.kind);
      if (kind === 'directory') walk(path);
    }
  };
  walk('');
  expect('', 'number of entries', count, nodes.size - 1);
  for (const [path, should] of nodes) {
    if (path === '') continue;
    const entry = volume.stat(path);
    for (const field of ['kind', 'mode', 'uid', 'gid'] as const)
      expect(path, field, entry?.[field], should[field]);
    if (should.kind !== 'directory') expect(path, 'links', entry?.links, should.links);
    expect(path, 'attributes', shown(volume.extendedAttributes(path)), shown(should.attributes));
    if (should.kind === 'link') expect(path, 'target', volume.readLink(path), should.target);
    if (should.kind === 'other')
      expect(path, 'special', shownSpecial(volume.special(path)), shownSpecial(should.special));
    if (should.kind !== 'file' || entry?.kind !== 'file') continue;
    const bytes = bytesOf(volume.open(path));
    expect(path, 'content is the same', Buffer.compare(bytes, should.content), 0);
  }
  return found;
}

function shown(attributes: ReadonlyMap<string, Uint8Array>): string {
  const all = [...attributes].map(([name, value]) => `${name}=${Buffer.from(value).toString('hex')}`);
  return all.sort().join(' ');
}

function shownSpecial(special: SpecialFile | undefined): string {
  if (special === undefined) return 'none';
  return 'major' in special ? `${special.type} ${special.major}:${special.minor}` : special.type;
}
