import type { Content } from './content.ts';
import type { TextChange } from './text-change.ts';

/** Owner of a file: numeric ids, or names looked up in the image's own /etc/passwd and /etc/group. */
export interface Owner {
  readonly user: number | string;
  readonly group: number | string;
}

export const root: Owner = { user: 0, group: 0 };

interface EditBase {
  /** Absolute path inside the image, mount points included: `/boot/ssh`, `/etc/hostname`. */
  readonly path: string;
  /** The customization that asked for it. */
  readonly from: string;
  /** Its content must not be shown: plans, diffs and manifests print `(hidden)`, and the output is mode 0600. */
  readonly sensitive?: true;
}

/** Creates or replaces a file. Missing parents are made 0755 root:root. A replaced file keeps mode and owner unless given. */
export interface WriteEdit extends EditBase {
  readonly kind: 'write';
  readonly content: Content;
  readonly mode?: number;
  readonly owner?: Owner;
}

/** Applies a text change to a file, keeping its mode and owner unless given. */
export interface ChangeEdit extends EditBase {
  readonly kind: 'change';
  readonly change: TextChange;
  readonly ifMissing: 'create' | 'skip' | 'fail';
  readonly mode?: number;
  readonly owner?: Owner;
}

/** Makes sure that `path` is a symbolic link to `target`. */
export interface LinkEdit extends EditBase {
  readonly kind: 'link';
  readonly target: string;
}

/** Makes sure that `path` is a directory, with this mode and owner when given. */
export interface DirectoryEdit extends EditBase {
  readonly kind: 'directory';
  readonly mode?: number;
  readonly owner?: Owner;
}

/** Removes a file or link if it is there. */
export interface RemoveEdit extends EditBase {
  readonly kind: 'remove';
}

/** Renames a file or directory within its file system. */
export interface MoveEdit extends EditBase {
  readonly kind: 'move';
  readonly to: string;
}

/** One change to one path of the image. Plain data: print it, compare it, test it. */
export type Edit = WriteEdit | ChangeEdit | LinkEdit | DirectoryEdit | RemoveEdit | MoveEdit;

type WithoutFrom<T> = T extends unknown ? Omit<T, 'from'> : never;

/** An edit as a customization writes it; the planner adds `from`. */
export type EditDraft = WithoutFrom<Edit>;

interface Attributes {
  readonly mode?: number;
  readonly owner?: Owner;
  readonly sensitive?: true;
}

export const write = (path: string, content: Content, attributes: Attributes = {}): EditDraft => ({
  kind: 'write',
  path,
  content,
  ...attributes,
});

export const change = (
  path: string,
  textChange: TextChange,
  options: Attributes & { readonly ifMissing?: ChangeEdit['ifMissing'] } = {},
): EditDraft => ({ kind: 'change', path, change: textChange, ifMissing: 'fail', ...options });

export const link = (path: string, target: string): EditDraft => ({ kind: 'link', path, target });

export const directory = (path: string, attributes: Omit<Attributes, 'sensitive'> = {}): EditDraft => ({
  kind: 'directory',
  path,
  ...attributes,
});

export const remove = (path: string): EditDraft => ({ kind: 'remove', path });

export const move = (path: string, to: string): EditDraft => ({ kind: 'move', path, to });
