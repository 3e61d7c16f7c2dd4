import zlib from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineCrc32 } from '../../src/output/crc32.ts';

test('two halves checked apart give the CRC-32 of the whole', () => {
  const bytes = fc.uint8Array({ maxLength: 3000 });
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      const whole = zlib.crc32(Buffer.concat([first, second]));
      expect(combineCrc32(zlib.crc32(first), zlib.crc32(second), second.length)).toBe(whole);
    }),
  );
});

test('lengths past 32 bits', () => {
  let [crc, length] = [zlib.crc32(Buffer.alloc(1 << 20)), 1 << 20];
  for (; length < 16 * 2 ** 30; length *= 2) crc = combineCrc32(crc, crc, length);
  // What zlib says of 16 GiB of zeros, which takes it nine seconds.
  expect(crc.toString(16)).toBe('2144df1c');
});
