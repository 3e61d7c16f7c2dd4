import { volumeErrors } from '../volume-errors.ts';
import { parentOf, partsOf } from '../volume-path.ts';
import type { FoundEntry } from './directory.ts';
import { listDirectory } from './directory.ts';
import { findName } from './directory-lookup.ts';
import type { Ext4 } from './file-system.ts';
import { type Inode, inodeFlag, rootInode } from './inode.ts';
import { readInode } from './inode-table.ts';
import { encodeName, isSameName } from './name.ts';

/** The inode at `path`, undefined when there is none. Links are not followed. */
export function findInode(fs: Ext4, path: string): Inode | undefined {
  let inode = readInode(fs, rootInode);
  let at = '/';
  for (const part of partsOf(path)) {
    if (inode.kind !== 'directory') throw volumeErrors.notADirectory(at);
    const child = childOf(fs, inode, encodeName(part));
    if (child === undefined) return undefined;
    inode = readInode(fs, child.entry.inode);
    at = `${at === '/' ? '' : at}/${part}`;
  }
  return inode;
}

export function childOf(fs: Ext4, directory: Inode, name: Uint8Array): FoundEntry | undefined {
  if (!directory.hasFlag(inodeFlag.inlineData)) return findName(fs, directory, name);
  const entry = listDirectory(fs, directory).find((one) => isSameName(one.name, name));
  return entry && { logical: 0, entry };
}

export function existingInode(fs: Ext4, path: string): Inode {
  const inode = findInode(fs, path);
  if (inode === undefined) throw volumeErrors.notFound(path);
  return inode;
}

export function existingDirectory(fs: Ext4, path: string): Inode {
  const inode = existingInode(fs, path);
  if (inode.kind !== 'directory') throw volumeErrors.notADirectory(path);
  return inode;
}

export function parentDirectory(fs: Ext4, path: string): Inode {
  return existingDirectory(fs, parentOf(path));
}
