import { type ImageContent, piecesOf, type Run } from './content.ts';

/** Bytes of an image that are encoded on their own. */
export interface Unit extends Run {
  /** No edit has touched them: what they become is a function of the base image and the encoder. */
  readonly isBase: boolean;
}

export interface Cuts {
  /** Bytes of a unit that is as in the base. */
  readonly large: number;
  /** Bytes of the first units, instead; those that are as in the base are kept whole, however large. */
  readonly given?: readonly number[] | undefined;
  /** Bytes that a unit is halved down to around an edit: `large` over a power of two. */
  readonly small: number;
}

/**
 * Cuts an image where encoders start anew. Large units compress best; around edits they are halved, and halved again,
 * so that little has to be encoded again and the rest is as large as it may be. Where the cuts are is a function of the
 * edits alone, and what no edit has touched is cut the same by many of them.
 */
export function* unitsOf(content: ImageContent, { large, small, given = [] }: Cuts): Generator<Unit> {
  const touched = touchedBy(content.dirtyRuns());
  const split = function* (run: Run, size: number): Generator<Unit> {
    const isBase = !touched(run);
    if ((isBase && size <= large) || size <= small) yield { ...run, isBase };
    else for (const half of piecesOf(run, size / 2)) yield* split(half, size / 2);
  };
  let position = 0;
  for (const length of given) {
    const run = { position, length };
    if (position + length > content.size) break;
    if (touched(run)) yield* split(run, doubled(large, length));
    else yield { ...run, isBase: true };
    position += length;
  }
  const rest = { position, length: content.size - position };
  for (const run of piecesOf(rest, large)) yield* split(run, large);
}

/** So that halves of halves of it are `size` again. */
function doubled(size: number, least: number): number {
  return size >= least ? size : doubled(2 * size, least);
}

/** Whether one of the sorted `runs` reaches into a run; to be asked from front to back. */
function touchedBy(runs: Iterable<Run>): (asked: Run) => boolean {
  const sorted = [...runs];
  let first = 0;
  return ({ position, length }) => {
    for (let run = sorted[first]; run && run.position + run.length <= position; run = sorted[first]) first++;
    return (sorted[first]?.position ?? Number.POSITIVE_INFINITY) < position + length;
  };
}
