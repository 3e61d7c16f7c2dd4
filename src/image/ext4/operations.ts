import type { ByteSource } from '../../model/content.ts';
import type { FileAttributes } from '../../model/volume.ts';
import { volumeErrors } from '../volume-errors.ts';
import { isWithin, nameOf } from '../volume-path.ts';
import { blockCountOf, readBlockMap, releaseMap } from './block-map.ts';
import { listDirectory } from './directory.ts';
import { addName, initDirectory, removeName, setParent } from './directory-change.ts';
import { releaseAttributes, setAttribute } from './extended-attributes.ts';
import { damaged, noSpace } from './faults.ts';
import { appendContent, resizeContent, writeContent } from './file-content.ts';
import type { Ext4 } from './file-system.ts';
import { fileType, type Inode, mostLinks } from './inode.ts';
import { allocateInode, freeInode } from './inode-allocator.ts';
import { editInode } from './inode-table.ts';
import { encodeName, encodeNewName } from './name.ts';
import { childOf, existingInode, findInode, parentDirectory } from './path.ts';
import { encodeTarget, writeTarget } from './symbolic-link.ts';

const permissions = 0o7777;

/** Creates a regular file or replaces what is in it; a replaced file keeps all that is not given. */
export function writeFile(fs: Ext4, path: string, content: ByteSource, attributes: FileAttributes): void {
  const old = findInode(fs, path);
  if (old?.kind === 'directory') throw volumeErrors.isADirectory(path);
  if (old !== undefined && old.kind !== 'file') throw volumeErrors.notAFile(path);
  requireRoom(fs, path, content, old);
  if (old === undefined) {
    create(fs, path, fileType.file, { mode: 0o644, ...attributes }, (inode) =>
      writeContent(fs, inode, content),
    );
    return;
  }
  changeContent(fs, old, () => writeContent(fs, old, content));
  assignAttributes(old, attributes);
}

/** Adds content at the end of a regular file. */
export function appendToFile(fs: Ext4, path: string, content: ByteSource): void {
  const inode = existingFile(fs, path);
  requireSpace(fs, path, content.size, 0);
  if (content.size > 0) changeContent(fs, inode, () => appendContent(fs, inode, content));
}

/** Cuts a regular file to `size` bytes, or lets it grow by zeros that take no room. */
export function resizeFile(fs: Ext4, path: string, size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not a size`);
  const inode = existingFile(fs, path);
  if (size !== inode.size) changeContent(fs, inode, () => resizeContent(fs, inode, size));
}

function existingFile(fs: Ext4, path: string): Inode {
  const inode = existingInode(fs, path);
  if (inode.kind === 'directory') throw volumeErrors.isADirectory(path);
  if (inode.kind !== 'file') throw volumeErrors.notAFile(path);
  return inode;
}

function changeContent(fs: Ext4, inode: Inode, change: () => void): void {
  editInode(fs, inode);
  change();
  inode.setTime('mtime', fs.now());
  inode.setTime('ctime', fs.now());
}

export function makeDirectory(fs: Ext4, path: string, attributes: FileAttributes): void {
  create(fs, path, fileType.directory, { mode: 0o755, ...attributes }, (inode, parent) => {
    inode.links = 2;
    initDirectory(fs, inode, parent.number);
  });
}

export function makeLink(fs: Ext4, path: string, target: string): void {
  const bytes = encodeTarget(fs, target);
  create(fs, path, fileType.link, { mode: 0o777 }, (inode) => writeTarget(fs, inode, bytes));
}

/** Something without content: a named pipe, a socket, or a device by its numbers. */
export type SpecialFile =
  | { readonly type: 'fifo' | 'socket' }
  | { readonly type: 'character' | 'block'; readonly major: number; readonly minor: number };

export function makeSpecialFile(
  fs: Ext4,
  path: string,
  special: SpecialFile,
  attributes: FileAttributes,
): void {
  const type = fileType[special.type];
  create(fs, path, type, { mode: 0o644, ...attributes }, (inode) => {
    if ('major' in special) inode.device = special;
  });
}

export function specialOf(inode: Inode): SpecialFile | undefined {
  switch (inode.type) {
    case fileType.fifo:
      return { type: 'fifo' };
    case fileType.socket:
      return { type: 'socket' };
    case fileType.character:
      return { type: 'character', ...inode.device };
    case fileType.block:
      return { type: 'block', ...inode.device };
    default:
      return undefined;
  }
}

/** A second name for a file. Not for directories. */
export function makeHardLink(fs: Ext4, existing: string, path: string): void {
  const inode = existingInode(fs, existing);
  if (inode.kind === 'directory') throw volumeErrors.isADirectory(existing);
  const { parent, name } = vacancy(fs, path);
  editInode(fs, inode);
  if (inode.links >= mostLinks) throw noSpace(`${existing} cannot have more than ${mostLinks} names`);
  inode.links += 1;
  inode.setTime('ctime', fs.now());
  addName(fs, parent, name, inode);
}

/** Removes a file, link, device or empty directory; what has no name left gives its blocks and its inode back. */
export function removeEntry(fs: Ext4, path: string): void {
  if (path === '/') throw volumeErrors.isTheRoot('removed');
  const inode = existingInode(fs, path);
  requireOwn(fs, inode);
  if (inode.kind === 'directory' && !isEmpty(fs, inode)) throw volumeErrors.notEmpty(path);
  const parent = parentDirectory(fs, path);
  removeName(fs, parent, childOf(fs, parent, encodeName(nameOf(path)))!, inode);
  editInode(fs, inode);
  if (inode.kind !== 'directory' && inode.links > 1) {
    inode.links -= 1;
    inode.setTime('ctime', fs.now());
    return;
  }
  releaseMap(fs, inode, readBlockMap(fs, inode));
  releaseAttributes(fs, inode);
  freeInode(fs, inode);
}

export function renameEntry(fs: Ext4, from: string, to: string): void {
  if (from === '/') throw volumeErrors.isTheRoot('moved');
  const inode = existingInode(fs, from);
  requireOwn(fs, inode);
  if (from !== to && isWithin(to, from)) throw volumeErrors.intoItself(from, to);
  const { parent, name } = vacancy(fs, to);
  const source = parentDirectory(fs, from);
  editInode(fs, inode);
  addName(fs, parent, name, inode);
  // Looked up only now: adding the new name may have moved the old one to another block.
  removeName(fs, source, childOf(fs, source, encodeName(nameOf(from)))!, inode);
  if (inode.kind === 'directory' && source.number !== parent.number) setParent(fs, inode, parent.number);
  inode.setTime('ctime', fs.now());
}

export function setAttributes(fs: Ext4, path: string, attributes: FileAttributes): void {
  const inode = existingInode(fs, path);
  editInode(fs, inode);
  assignAttributes(inode, attributes);
  inode.setTime('ctime', fs.now());
}

/** Sets an extended attribute by full name, or removes it when `value` is undefined. Values are as they are stored. */
export function setExtendedAttribute(
  fs: Ext4,
  path: string,
  name: string,
  value: Uint8Array | undefined,
): void {
  const inode = existingInode(fs, path);
  editInode(fs, inode);
  setAttribute(fs, inode, name, value);
  inode.setTime('ctime', fs.now());
}

function create(
  fs: Ext4,
  path: string,
  type: number,
  { mode = 0, uid = 0, gid = 0 }: FileAttributes,
  fill: (inode: Inode, parent: Inode) => void,
): void {
  const { parent, name } = vacancy(fs, path);
  const inode = allocateInode(fs, parent.number, { mode: type | (mode & permissions), uid, gid });
  fill(inode, parent);
  addName(fs, parent, name, inode);
}

/** The directory and the name of something that is about to be made. */
function vacancy(fs: Ext4, path: string): { parent: Inode; name: Uint8Array } {
  if (findInode(fs, path) !== undefined) throw volumeErrors.exists(path);
  return { parent: parentDirectory(fs, path), name: encodeNewName(nameOf(path)) };
}

function requireRoom(fs: Ext4, path: string, content: ByteSource, old: Inode | undefined): void {
  requireSpace(fs, path, content.size, old === undefined ? 0 : blockCountOf(readBlockMap(fs, old).runs));
}

function requireSpace(fs: Ext4, path: string, size: number, reusableBlocks: number): void {
  const free = (fs.free.blocks + reusableBlocks) * fs.superblock.blockSize;
  if (size > free) throw volumeErrors.noSpace(path, size, free);
}

/** Journal, resize inode and their like have numbers of their own; a directory that names one is damaged. */
function requireOwn(fs: Ext4, inode: Inode): void {
  if (inode.number < fs.superblock.firstInode)
    throw damaged(`a directory names the reserved inode ${inode.number}`);
}

function isEmpty(fs: Ext4, directory: Inode): boolean {
  const dots = (name: Uint8Array) => name.length <= 2 && name.every((byte) => byte === 0x2e);
  return listDirectory(fs, directory).every(({ name }) => dots(name));
}

function assignAttributes(inode: Inode, { mode, uid, gid }: FileAttributes): void {
  if (mode !== undefined) inode.mode = inode.type | (mode & permissions);
  if (uid !== undefined) inode.uid = uid;
  if (gid !== undefined) inode.gid = gid;
}
