import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/plan/text-encoding.ts';

describe('decodeText', () => {
  it('gives back every byte it was given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const { value, encode } = decodeText(bytes);
        expect([...encode(value, '/x')]).toEqual([...bytes]);
      }),
    );
  });

  it('refuses what a Latin-1 file cannot hold', () => {
    const { value, encode } = decodeText(Buffer.from([0xe4, 0x0a]));
    expect(() => encode(`${value}→`, '/etc/passwd')).toThrow('/etc/passwd is not UTF-8');
  });
});
