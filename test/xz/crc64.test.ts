import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc64 } from '../../src/xz/crc64.ts';
import { hasTool } from '../fixtures/judge.ts';
import { xzBlock } from '../fixtures/xz-block.ts';

describe('the CRC64', () => {
  it('is the one that the specification of .xz has as its example', () => {
    // CRC-64/XZ of "123456789" in the catalogue of CRC algorithms.
    expect(crc64(Buffer.from('123456789')).readBigUInt64LE()).toBe(0x995dc9bbdf1939fan);
    expect(crc64(new Uint8Array(0)).readBigUInt64LE()).toBe(0n);
  });

  it.runIf(hasTool('xz'))('is what xz puts behind a block, of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        expect(crc64(bytes).equals(xzBlock(bytes, '-0').subarray(-8))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
