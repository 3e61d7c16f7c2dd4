import type { BlockDevice } from './device.ts';
import type { DirtyRun as Run } from './overlay.ts';
import { usedRuns } from './used-space.ts';

/** What is written of an edited image: its bytes, and which of them may differ from the base. */
export interface EditedDevice extends BlockDevice {
  /** Sorted, without overlaps. */
  dirtyRuns(): Iterable<Run>;
}

/**
 * An edited image whose free space reads as zeros, whatever lies there: small in an archive, holes in a raw file, and
 * nothing of what was deleted. Only the places of free space are kept in memory. Not to be written to.
 */
export function withFreeZeroed(edited: EditedDevice): EditedDevice {
  const free = [...gapsBetween(usedRuns(edited), edited.size)];
  return {
    size: edited.size,
    readInto(target, position) {
      edited.readInto(target, position);
      const end = position + target.length;
      for (let index = firstEndingAfter(free, position); index < free.length; index++) {
        const run = free[index]!;
        if (run.position >= end) break;
        const from = Math.max(run.position, position);
        // A Buffer, unlike other arrays, refuses an end that lies outside of it.
        target.fill(0, from - position, Math.min(run.position + run.length, end) - position);
      }
    },
    writeFrom() {
      throw new TypeError('an image whose free space is zeroed is for reading only');
    },
    dirtyRuns: () => union(edited.dirtyRuns(), free),
  };
}

/** What sorted runs leave out of `size` bytes. */
export function* gapsBetween(runs: Iterable<Run>, size: number): Generator<Run> {
  let end = 0;
  for (const { position, length } of runs) {
    if (position > end) yield { position: end, length: position - end };
    end = position + length;
  }
  if (end < size) yield { position: end, length: size - end };
}

/** All bytes of both, sorted and joined. */
export function* union(some: Iterable<Run>, others: Iterable<Run>): Generator<Run> {
  const sorted = [...some, ...others].sort((a, b) => a.position - b.position);
  let joined: Run | undefined;
  for (const run of sorted) {
    if (joined && run.position <= joined.position + joined.length) {
      const end = Math.max(joined.position + joined.length, run.position + run.length);
      joined = { position: joined.position, length: end - joined.position };
      continue;
    }
    if (joined) yield joined;
    joined = run;
  }
  if (joined) yield joined;
}

function firstEndingAfter(runs: readonly Run[], position: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { position: start, length } = runs[middle]!;
    if (start + length > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
