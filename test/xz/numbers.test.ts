import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNumber, encodeNumber } from '../../src/xz/numbers.ts';

describe('numbers', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.uint8Array({ maxLength: 4 }), (value, before) => {
        const bytes = encodeNumber(value);
        const text = Buffer.concat([before, bytes, Uint8Array.of(0xff)]);
        expect(decodeNumber(text, before.length)).toEqual({ value, end: before.length + bytes.length });
      }),
    );
  });

  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [2 ** 32, '8080808010'],
  ])('%i is %s', (value, hex) => {
    expect(Buffer.from(encodeNumber(value)).toString('hex')).toBe(hex);
  });

  it.each(['', '80', 'ffffffffffffffffff'])('%j is none', (hex) => {
    expect(() => decodeNumber(Buffer.from(hex, 'hex'), 0)).toThrow(/cut off or too large/);
  });
});
