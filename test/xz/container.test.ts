import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { padded, streamEnd, streamHeader } from '../../src/xz/container.ts';
import { decodeNumber } from '../../src/xz/numbers.ts';
import { hasTool } from '../fixtures/judge.ts';
import { xz } from '../fixtures/xz.ts';
import { imageBytes } from '../output/contents.ts';

describe('the end of a stream', () => {
  it('has any number of blocks in its index', () => {
    const sizes = fc.record({
      unpaddedSize: fc.integer({ min: 5, max: 2 ** 40 }),
      size: fc.integer({ min: 1, max: 2 ** 40 }),
    });
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 300 }), (blocks) => {
        const end = Buffer.from(streamEnd(blocks));
        const indexSize = (end.readUInt32LE(end.length - 8) + 1) * 4;
        expect(indexSize).toBe(end.length - 12);
        expect(end.subarray(-2).toString()).toBe('YZ');
        let at = 1;
        const next = (): number => {
          const { value, end: after } = decodeNumber(end, at);
          at = after;
          return value;
        };
        expect(end[0]).toBe(0);
        expect(next()).toBe(blocks.length);
        for (const block of blocks) expect({ unpaddedSize: next(), size: next() }).toEqual(block);
      }),
    );
  });

  it.runIf(hasTool('xz'))('is what xz writes for the same blocks', () => {
    for (const size of [0, 1, 4096, 1_000_000]) {
      const stream = xz(imageBytes(size), '--threads=1', '--check=crc64');
      const indexStart = stream.length - 12 - (stream.readUInt32LE(stream.length - 8) + 1) * 4;
      const blocks = [];
      if (size > 0) {
        const count = decodeNumber(stream, indexStart + 1);
        const unpadded = decodeNumber(stream, count.end);
        blocks.push({ unpaddedSize: unpadded.value, size });
      }
      expect(Buffer.from(streamEnd(blocks)).equals(stream.subarray(indexStart))).toBe(true);
      expect(stream.subarray(0, 12).equals(streamHeader)).toBe(true);
    }
  });
});

it('padding goes up to a multiple of four', () => {
  expect([0, 1, 2, 3, 4, 5].map((length) => padded(new Uint8Array(length)).length)).toEqual([
    0, 4, 4, 4, 4, 8,
  ]);
});
