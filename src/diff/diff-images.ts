import type { OpenImage } from '../image/open-image.ts';
import { type ContentOptions, contentDifference, isSameContent } from './content.ts';
import { isSameState, stateOf } from './entry-state.ts';
import type { EntryDifference, ImageDiff } from './image-diff.ts';
import { tableDifferences } from './table.ts';
import { type Pair, pairsOf } from './walk.ts';

export interface DiffOptions extends ContentOptions {
  /** Times of change count as well. @default false */
  readonly times?: boolean;
  readonly signal?: AbortSignal;
}

/** Compares two images: partition table, and every file as the running Pi would see it. */
export function diffImages(before: OpenImage, after: OpenImage, options: DiffOptions = {}): ImageDiff {
  const table = tableDifferences(before, after);
  const entries = [...entryDifferences(before, after, options)];
  return { same: table.length + entries.length === 0, table, entries };
}

/** The differences between files one by one, for images that differ so much that a list would be long. */
export function* entryDifferences(
  before: OpenImage,
  after: OpenImage,
  options: DiffOptions = {},
): Generator<EntryDifference> {
  for (const pair of pairsOf(before, after)) {
    options.signal?.throwIfAborted();
    const difference = differenceOf(pair, options);
    if (difference) yield difference;
  }
}

function differenceOf(pair: Pair, options: DiffOptions): EntryDifference | undefined {
  const { path } = pair;
  const before = pair.before && stateOf(pair.before.entry, options.times ?? false);
  const after = pair.after && stateOf(pair.after.entry, options.times ?? false);
  if (!before || !after) {
    return after ? { path, change: 'added', after } : before && { path, change: 'removed', before };
  }
  const differs = before.kind === 'file' && after.kind === 'file' && !isSameContent(pair);
  if (!differs && isSameState(before, after)) return undefined;
  const content = differs ? contentDifference(pair, options) : undefined;
  return { path, change: 'changed', before, after, ...(content && { content }) };
}
