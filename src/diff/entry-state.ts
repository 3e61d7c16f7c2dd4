import { isDeepStrictEqual } from 'node:util';
import type { ScannedEntry } from '../model/volume.ts';
import type { EntryState } from './image-diff.ts';

export function stateOf(entry: ScannedEntry, times: boolean): EntryState {
  const { kind, mode, uid, gid, mtime } = entry;
  const attributes = [...entry.extendedAttributes()].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    kind,
    size: kind === 'directory' ? 0 : entry.size,
    // No system looks at the mode of a link, and tools make links with different ones.
    mode: kind === 'link' ? 0o777 : mode,
    uid,
    gid,
    ...(times && { mtime }),
    ...(kind === 'link' && { target: entry.readLink() }),
    ...(attributes.length > 0 && {
      attributes: Object.fromEntries(
        attributes.map(([name, value]) => [name, Buffer.from(value).toString('hex')]),
      ),
    }),
  };
}

export function isSameState(before: EntryState, after: EntryState): boolean {
  return isDeepStrictEqual(before, after);
}
