import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchingRuns } from '../../src/diff/myers.ts';

/** Length of the longest common subsequence by the textbook table. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const one of a) {
    const next = [0];
    for (const [j, other] of b.entries()) {
      next.push(one === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 });

describe('matchingRuns', () => {
  it('keeps as many lines as can be kept, in order, and only equal ones', () => {
    fc.assert(
      fc.property(lines, lines, (old, now) => {
        let kept = 0;
        let [oldEnd, nowEnd] = [0, 0];
        for (const run of matchingRuns(old, now)) {
          expect(run.old).toBeGreaterThanOrEqual(oldEnd);
          expect(run.now).toBeGreaterThanOrEqual(nowEnd);
          [oldEnd, nowEnd] = [run.old + run.length, run.now + run.length];
          expect(old.slice(run.old, oldEnd)).toEqual(now.slice(run.now, nowEnd));
          kept += run.length;
        }
        expect(kept).toBe(longestCommon(old, now));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives up on texts that have nothing in common but their ends', () => {
    const many = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word} ${i}`);
    const runs = matchingRuns(['first', ...many('old'), 'last'], ['first', ...many('new'), 'last']);
    expect(runs).toEqual([
      { old: 0, now: 0, length: 1 },
      { old: 20_001, now: 20_001, length: 1 },
    ]);
  });
});
