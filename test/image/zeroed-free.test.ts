import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createOverlay } from '../../src/image/overlay.ts';
import { readPartitionTable } from '../../src/image/partitions/partition-table.ts';
import { usedRuns } from '../../src/image/used-space.ts';
import { gapsBetween, union, withFreeZeroed } from '../../src/image/zeroed-free.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';

const runs = fc
  .array(fc.record({ gap: fc.nat(9), length: fc.integer({ min: 1, max: 9 }) }), { maxLength: 9 })
  .map((steps) => {
    let end = 0;
    return steps.map(({ gap, length }) => {
      const position = end + gap;
      end = position + length;
      return { position, length };
    });
  });

const size = 200;
const positions = (list: Iterable<{ position: number; length: number }>): readonly number[] =>
  [...list].flatMap(({ position, length }) => Array.from({ length }, (_, index) => position + index));

it('takes for free what is in no run', () => {
  fc.assert(
    fc.property(runs, (list) => {
      const used = new Set(positions(list));
      const wanted = Array.from({ length: size }, (_, at) => at).filter((at) => !used.has(at));
      expect(positions(gapsBetween(list, size))).toEqual(wanted);
    }),
  );
});

it('joins two lists of runs to all bytes of both, each once', () => {
  fc.assert(
    fc.property(runs, runs, (some, others) => {
      const wanted = [...new Set([...positions(some), ...positions(others)])].sort((a, b) => a - b);
      expect(positions(union(some, others))).toEqual(wanted);
    }),
  );
});

it('reads as the image where it is in use, as zeros where not, however it is cut', async () => {
  const bytes = Buffer.from(await rawDemo());
  const used = [...usedRuns(memoryDevice(bytes))];
  const expected = Buffer.alloc(bytes.length);
  for (const { position, length } of used) bytes.copy(expected, position, position, position + length);
  const littered = Buffer.from(bytes);
  // Where no file system is, whatever is not zero is in use.
  const root = readPartitionTable(memoryDevice(bytes)).partitions[1]!;
  for (const { position, length } of gapsBetween(used, root.offset + root.size)) {
    if (position >= root.offset) littered.fill(0xa5, position, position + length);
  }
  const zeroed = withFreeZeroed(createOverlay(memoryDevice(littered)));
  const read = Buffer.alloc(bytes.length);
  for (let at = 0; at < read.length; at += 99_991) zeroed.readInto(read.subarray(at, at + 99_991), at);
  expect(read.equals(expected)).toBe(true);
  expect(littered.equals(expected)).toBe(false);
  expect(() => zeroed.writeFrom(new Uint8Array(1), 0)).toThrow(TypeError);
});
