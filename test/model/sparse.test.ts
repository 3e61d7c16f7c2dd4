import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataRuns } from '../../src/model/sparse.ts';

const piece = 64 * 1024;

test('nothing but zeros is left out, and pieces of zeros always are', () => {
  const image = fc
    .tuple(
      fc.array(fc.constantFrom('zeros', 'data', 'one byte'), { maxLength: 12 }),
      fc.integer({ min: 0, max: piece - 1 }),
    )
    .map(([kinds, tail]) => {
      const bytes = new Uint8Array(kinds.length * piece + tail);
      kinds.forEach((kind, i) => {
        if (kind === 'data') bytes.fill(7, i * piece, (i + 1) * piece);
        if (kind === 'one byte') bytes[i * piece + ((i * 12345) % piece)] = 1;
      });
      return { bytes, kinds };
    });
  fc.assert(
    fc.property(image, ({ bytes, kinds }) => {
      const runs = [...dataRuns(bytes)];
      const copy = new Uint8Array(bytes.length);
      for (const { position, length } of runs)
        copy.set(bytes.subarray(position, position + length), position);
      expect(Buffer.compare(copy, bytes)).toBe(0);
      expect(runs.reduce((sum, { length }) => sum + length, 0)).toBe(
        kinds.filter((kind) => kind !== 'zeros').length * piece,
      );
      for (const [i, run] of runs.entries()) {
        const before = runs[i - 1];
        if (before) expect(before.position + before.length).toBeLessThan(run.position);
      }
    }),
  );
});
