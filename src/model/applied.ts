import type { EntryKind } from './volume.ts';

/** What one edit came to: enough to check the finished image against, and to tell a person about. */
export interface AppliedEdit {
  readonly path: string;
  /** Customizations that had a part in it, in order. */
  readonly from: readonly string[];
  readonly action: 'created' | 'changed' | 'unchanged' | 'removed' | 'moved';
  readonly kind: EntryKind | 'none';
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a file's content; hex. */
  readonly sha256?: string;
  /** Of a link. */
  readonly target?: string;
  /** Where a moved entry went. */
  readonly to?: string;
  readonly sensitive?: true;
}
