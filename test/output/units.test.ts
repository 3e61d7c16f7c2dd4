import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/output/content.ts';
import { type Cuts, unitsOf } from '../../src/output/units.ts';

const cuts: Cuts = { large: 64, small: 8 };
const cut = (size: number, runs: readonly Run[]) => [
  ...unitsOf({ size, readInto: () => {}, dirtyRuns: () => runs }, cuts),
];
const shown = (size: number, runs: readonly Run[]) =>
  cut(size, runs).map(({ position, length, isBase }) => `${position}+${length}${isBase ? '' : ' edited'}`);

const edits = fc
  .uniqueArray(fc.nat({ max: 400 }), { maxLength: 12 })
  .map((positions) => positions.sort((a, b) => a - b).map((position) => ({ position, length: 1 })));

describe('the units of an image', () => {
  it('are large where no edit has touched it', () => {
    expect(shown(150, [])).toEqual(['0+64', '64+64', '128+22']);
    expect(shown(0, [])).toEqual([]);
  });

  it('are halved around an edit', () => {
    expect(shown(128, [{ position: 20, length: 2 }])).toEqual([
      '0+16',
      '16+8 edited',
      '24+8',
      '32+32',
      '64+64',
    ]);
  });

  it('are small all over an edit of many', () => {
    expect(shown(70, [{ position: 60, length: 6 }])).toEqual([
      '0+32',
      '32+16',
      '48+8',
      '56+8 edited',
      '64+6 edited',
    ]);
  });

  it('are those that are given, halved around an edit, and no larger beside it than others', () => {
    const lengths = (position: number, given: readonly number[]) => {
      const content = { size: 300, readInto: () => {}, dirtyRuns: () => [{ position, length: 1 }] };
      return [...unitsOf(content, { ...cuts, given })].map(({ length }) => length);
    };
    expect(lengths(299, [10, 150, 3])).toEqual([10, 150, 3, 64, 64, 8, 1]);
    expect(lengths(12, [10, 150, 3])).toEqual([10, 8, 8, 16, 32, 64, 22, 3, 64, 64, 9]);
    expect(lengths(5, [290, 100])).toEqual([8, 8, 16, 32, 64, 64, 64, 34, 10]);
  });

  it('are given ones with their edits, where those stay whole', () => {
    const content = {
      size: 300,
      readInto: () => {},
      dirtyRuns: () => [
        { position: 5, length: 10 },
        { position: 50, length: 4 },
        { position: 120, length: 60 },
      ],
    };
    const asked: number[][] = [];
    const keeps = (length: number, edited: number): boolean => {
      asked.push([length, edited]);
      return edited < 20;
    };
    const units = [...unitsOf(content, { ...cuts, given: [8, 92, 60, 20, 20], keeps })];
    expect(asked).toEqual([
      [8, 3],
      [92, 11],
      [60, 40],
      [20, 20],
    ]);
    expect(units.slice(0, 2)).toEqual([
      { position: 0, length: 8, isBase: false, edits: [{ position: 5, length: 3 }] },
      {
        ...{ position: 8, length: 92, isBase: false },
        edits: [
          { position: 8, length: 7 },
          { position: 50, length: 4 },
        ],
      },
    ]);
    expect(units.slice(2).every(({ edits: kept }) => kept === undefined)).toBe(true);
    expect(units.find(({ position }) => position === 180)).toEqual({
      position: 180,
      length: 20,
      isBase: true,
      isGiven: true,
    });
  });

  it('cover it in order, and call none base that was edited', () => {
    fc.assert(
      fc.property(fc.nat({ max: 401 }), edits, (size, all) => {
        const runs = all.filter(({ position }) => position < size);
        const units = cut(size, runs);
        let end = 0;
        for (const { position, length, isBase } of units) {
          expect(position).toBe(end);
          expect(length).toBeGreaterThan(0);
          const touched = runs.some((run) => run.position >= position && run.position < position + length);
          expect(isBase).toBe(!touched);
          if (touched) expect(length).toBeLessThanOrEqual(cuts.small);
          end += length;
        }
        expect(end).toBe(size);
      }),
    );
  });
});
