import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockMapText, blockRanges } from '../../src/output/block-map.ts';

const blockSize = 4096;

describe('the ranges of a block map', () => {
  it.each([
    ['nothing', [], []],
    ['an empty run', [{ position: 4096, length: 0 }], []],
    ['a byte', [{ position: 4096, length: 1 }], [{ first: 1, last: 1 }]],
    ['a run that begins and ends within blocks', [{ position: 4095, length: 4098 }], [{ first: 0, last: 2 }]],
    [
      'neighbours',
      [
        { position: 0, length: 4096 },
        { position: 4096, length: 4096 },
      ],
      [{ first: 0, last: 1 }],
    ],
    [
      'runs with a free block between them',
      [
        { position: 0, length: 4096 },
        { position: 8192, length: 4096 },
      ],
      [
        { first: 0, last: 0 },
        { first: 2, last: 2 },
      ],
    ],
  ])('of %s', (_what, runs, ranges) => {
    expect([...blockRanges(runs)]).toEqual(ranges);
  });

  it('hold the blocks of every run and no others', () => {
    const step = fc.record({ gap: fc.nat(20_000), length: fc.nat(20_000) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let end = 0;
        const runs = steps.map(({ gap, length }) => {
          const position = end + gap;
          end = position + length;
          return { position, length };
        });
        const wanted = new Set<number>();
        for (const { position, length } of runs) {
          for (let at = position; at < position + length; at++) wanted.add(Math.floor(at / blockSize));
        }
        const ranges = [...blockRanges(runs)];
        const found = ranges.flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, index) => first + index),
        );
        expect(found).toEqual([...wanted].sort((a, b) => a - b));
        ranges.slice(1).forEach(({ first }, index) => {
          expect(first).toBeGreaterThan((ranges[index]?.last ?? 0) + 1);
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe('the text of a block map', () => {
  it('tells sizes and ranges, and has a checksum of its own', () => {
    const sha256 = 'ab'.repeat(32);
    const text = blockMapText(10_000, [
      { first: 0, last: 0, sha256 },
      { first: 2, last: 2, sha256 },
    ]);
    expect(text).toContain('<ImageSize>10000</ImageSize>');
    expect(text).toContain('<BlocksCount>3</BlocksCount>');
    expect(text).toContain('<MappedBlocksCount>2</MappedBlocksCount>');
    expect(text).toContain(`<Range chksum="${sha256}">2</Range>`);
    const [, told = ''] = /<BmapFileChecksum>([0-9a-f]{64})</.exec(text) ?? [];
    const blank = text.replace(told, '0'.repeat(64));
    expect(told).toBe(createHash('sha256').update(blank).digest('hex'));
  });
});
