import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, changedCrc64 } from '../../src/xz/crc64.ts';
import { hasTool } from '../fixtures/judge.ts';
import { xzBlock } from '../fixtures/xz-block.ts';

const nothing = Buffer.alloc(8);

describe('the CRC64 of changed data', () => {
  it.runIf(hasTool('xz'))('comes to the one that the catalogue of CRC algorithms has', () => {
    // CRC-64/XZ of "123456789".
    const before = new Uint8Array(9);
    const change = { position: 0, before, after: Buffer.from('123456789') };
    const sum = xzBlock(before).subarray(-8);
    expect(changedCrc64(sum, 9, [change]).readBigUInt64LE()).toBe(0x995dc9bbdf1939fan);
  });

  it('is that before, where nothing is different', () => {
    expect(changedCrc64(nothing, 100, []).equals(nothing)).toBe(true);
    const change = { position: 3, before: Buffer.from('same'), after: Buffer.from('same') };
    expect(changedCrc64(nothing, 100, [change]).equals(nothing)).toBe(true);
  });

  it.runIf(hasTool('xz'))(
    'is what xz puts behind a block of it, of any length, wherever the changes are',
    () => {
      const edits = fc.array(fc.tuple(fc.nat(999), fc.uint8Array({ minLength: 1, maxLength: 20 })), {
        maxLength: 4,
      });
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength: 1000 }), edits, (bytes, all) => {
          const changed = new Uint8Array(bytes);
          const changes: Change[] = [];
          let end = 0;
          for (const [position, after] of all.sort(([a], [b]) => a - b)) {
            if (position < end || position + after.length > bytes.length) continue;
            end = position + after.length;
            changes.push({ position, before: bytes.subarray(position, end), after });
            changed.set(after, position);
          }
          const [before, wanted] = [bytes, changed].map((data) => xzBlock(data, '-0').subarray(-8)) as [
            Buffer,
            Buffer,
          ];
          expect(changedCrc64(before, bytes.length, changes).equals(wanted)).toBe(true);
        }),
        { numRuns: 40 },
      );
    },
  );
});
