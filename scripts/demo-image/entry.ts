/** One path of an image that is made from nothing. Modes are octal, owners numbers. */
export type NewEntry =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly content: string | Uint8Array;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | {
      readonly kind: 'directory';
      readonly path: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

interface Attributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export const file = (path: string, content: string | Uint8Array, attributes: Attributes = {}): NewEntry => ({
  kind: 'file',
  path,
  content,
  mode: 0o644,
  uid: 0,
  gid: 0,
  ...attributes,
});

export const directory = (path: string, attributes: Attributes = {}): NewEntry => ({
  kind: 'directory',
  path,
  mode: 0o755,
  uid: 0,
  gid: 0,
  ...attributes,
});

export const link = (path: string, target: string): NewEntry => ({ kind: 'link', path, target });

/** Adds the directories above each entry that nobody listed, and sorts parents before children. */
export function withParents(entries: readonly NewEntry[]): readonly NewEntry[] {
  const all = new Map(entries.map((entry) => [entry.path, entry]));
  if (all.size !== entries.length) throw new Error('a path is listed twice');
  for (const { path } of entries) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const parent = path.slice(0, at);
      if (!all.has(parent)) all.set(parent, directory(parent));
    }
  }
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
