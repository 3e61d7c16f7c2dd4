import type { EntryKind } from '../model/volume.ts';

/** A fact of the partition table or of a file system as a whole that is not the same; undefined where it is missing. */
export interface TableDifference {
  /** `disk id`, `partition 2 size`, … */
  readonly subject: string;
  readonly before?: string;
  readonly after?: string;
}

/** What one side has at a path. */
export interface EntryState {
  readonly kind: EntryKind;
  /** Bytes; 0 for directories. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970; only there when times are compared. */
  readonly mtime?: number;
  /** Of a link. */
  readonly target?: string;
  /** Extended attributes: name → value in hexadecimal digits. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** How the content of a file changed. `hidden`: it is nothing that everybody on the Pi may read. */
export type ContentDifference =
  | {
      readonly kind: 'text';
      /** Unified hunks, from `@@` on, without the two lines that name the files. */
      readonly patch: string;
    }
  | {
      readonly kind: 'binary';
      /** sha256 in hexadecimal digits. */
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: 'hidden' };

export interface EntryDifference {
  /** Absolute path, as the running Pi would see it. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: EntryState;
  readonly after?: EntryState;
  /** Of a file that is on both sides and whose bytes are not the same. */
  readonly content?: ContentDifference;
}

export interface ImageDiff {
  readonly same: boolean;
  readonly table: readonly TableDifference[];
  /** By path, directories before what is in them. */
  readonly entries: readonly EntryDifference[];
}
