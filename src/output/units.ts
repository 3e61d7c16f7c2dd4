import { type ImageContent, piecesOf, type Run } from './content.ts';

/** Bytes of an image that are encoded on their own. */
export interface Unit extends Run {
  /** No edit has touched them: what they become is a function of the base image and the encoder. */
  readonly isBase: boolean;
  /** One of those that are given, as it is in the base. */
  readonly isGiven?: true;
  /** Where edits have touched a unit that is kept whole in spite of them. */
  readonly edits?: readonly Run[];
}

export interface Cuts {
  /** Bytes of a unit that is as in the base. */
  readonly large: number;
  /** Bytes of the first units, instead; those that are as in the base are kept whole, however large. */
  readonly given?: readonly number[] | undefined;
  /** Whether one of these stays whole when so many bytes of it were edited. @default none does */
  readonly keeps?: (length: number, edited: number) => boolean;
  /** Bytes that a unit is halved down to around an edit: `large` over a power of two. */
  readonly small: number;
}

/**
 * Cuts an image where encoders start anew. Large units compress best; around edits they are halved, and halved again,
 * so that little has to be encoded again and the rest is as large as it may be. Where the cuts are is a function of the
 * edits alone, and what no edit has touched is cut the same by many of them.
 */
export function* unitsOf(content: ImageContent, cuts: Cuts): Generator<Unit> {
  const { large, small, given = [], keeps = () => false } = cuts;
  const editsIn = editsOf(content.dirtyRuns());
  const touched = (run: Run): boolean => editsIn(run).next().done !== true;
  const split = function* (run: Run, size: number): Generator<Unit> {
    const isBase = !touched(run);
    if ((isBase && size <= large) || size <= small) yield { ...run, isBase };
    else for (const half of piecesOf(run, size / 2)) yield* split(half, size / 2);
  };
  let position = 0;
  for (const length of given) {
    const run = { position, length };
    if (position + length > content.size) break;
    const edits = [...editsIn(run)];
    if (edits.length === 0) yield { ...run, isBase: true, isGiven: true };
    else if (keeps(length, totalOf(edits))) yield { ...run, isBase: false, edits };
    else yield* split(run, doubled(large, length));
    position += length;
  }
  const rest = { position, length: content.size - position };
  for (const run of piecesOf(rest, large)) yield* split(run, large);
}

/** So that halves of halves of it are `size` again. */
function doubled(size: number, least: number): number {
  return size >= least ? size : doubled(2 * size, least);
}

/** Where the sorted `runs` reach into a run; to be asked from front to back. */
function editsOf(runs: Iterable<Run>): (asked: Run) => Generator<Run> {
  const sorted = [...runs];
  let first = 0;
  return function* ({ position, length }) {
    for (let run = sorted[first]; run && run.position + run.length <= position; run = sorted[first]) first++;
    for (let index = first; index < sorted.length; index++) {
      const run = sorted[index] as Run;
      const start = Math.max(position, run.position);
      const end = Math.min(position + length, run.position + run.length);
      if (start >= end) return;
      yield { position: start, length: end - start };
    }
  };
}

function totalOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { length }) => sum + length, 0);
}
