import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XzFault } from '../../../src/xz/fault.ts';
import { References, type Span } from '../../../src/xz/lzma/references.ts';

const grain = { part: 1024, piece: 16 };
const size = 5000;
const spans = fc
  .tuple(fc.nat(size - 1), fc.integer({ min: 1, max: 300 }))
  .map(([from, length]): Span => ({ from, to: Math.min(from + length, size) }));

describe('what a part refers to', () => {
  it('is found again, to a piece, and in no other part', () => {
    fc.assert(
      fc.property(fc.array(spans, { maxLength: 8 }), spans, (marked, asked) => {
        const references = new References(size, grain);
        for (const span of marked) references.mark(2, span);
        const pieces = new Set(marked.flatMap(piecesOf));
        expect(references.has(2, asked)).toBe(piecesOf(asked).some((piece) => pieces.has(piece)));
        expect(references.has(1, asked) || references.has(3, asked)).toBe(false);
        const listed = [...references.of(2)];
        expect(new Set(listed.flatMap(piecesOf))).toEqual(pieces);
        for (const [index, { from }] of listed.entries()) {
          expect(from).toBeGreaterThan(listed[index - 1]?.to ?? -1);
        }
        const again = new References(size, grain, references.bytes);
        expect([...again.of(2)]).toEqual(listed);
      }),
    );
  });

  it('is refused where it is that of a block of another size', () => {
    const { bytes } = new References(size, grain);
    expect(() => new References(size + 1024, grain, bytes)).toThrow(XzFault);
    expect(() => new References(size, grain, bytes.subarray(1))).toThrow(XzFault);
  });
});

function piecesOf({ from, to }: Span): number[] {
  const first = Math.floor(from / grain.piece);
  return Array.from({ length: Math.ceil(to / grain.piece) - first }, (_, index) => first + index);
}
