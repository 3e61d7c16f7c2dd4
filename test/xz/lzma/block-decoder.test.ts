import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XzFault } from '../../../src/xz/fault.ts';
import { BlockDecoder } from '../../../src/xz/lzma/block-decoder.ts';
import { chunksOf } from '../../../src/xz/lzma/chunks.ts';
import { Model } from '../../../src/xz/lzma/model.ts';
import type { Lzma2 } from '../../../src/xz/lzma/restart.ts';
import { hasTool } from '../../fixtures/judge.ts';
import { lzma2Of, xzBlock } from '../../fixtures/xz-block.ts';
import { imageBytes } from '../../output/contents.ts';
import { bytesOfKinds, settings } from './arbitraries.ts';

/** What a block holds, and how many symbols it was. */
function decoded(block: Lzma2): { readonly data: Uint8Array; readonly symbols: number } {
  const data = new Uint8Array(block.size);
  let symbols = 0;
  const chunks = chunksOf(block.bytes);
  for (const one of new BlockDecoder().decode(chunks, { data, ...block })) symbols += one.symbols.count;
  return { data, symbols };
}

describe.runIf(hasTool('xz'))('the decoder of LZMA2', () => {
  it('gives what xz was given, of all kinds of bytes, with all presets and properties', () => {
    fc.assert(
      fc.property(bytesOfKinds, settings, (bytes, setting) => {
        const { data } = decoded(lzma2Of(xzBlock(bytes, setting), bytes.length));
        expect(Buffer.compare(data, bytes)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('goes through blocks of many chunks, plain ones too', () => {
    const bytes = imageBytes(6_000_000);
    const { data, symbols } = decoded(lzma2Of(xzBlock(bytes, '-0'), bytes.length));
    expect(Buffer.compare(data, bytes)).toBe(0);
    expect(symbols).toBeGreaterThan(10_000);
  });

  it('takes a block of zeros as hardly more symbols than there are matches of the greatest length', () => {
    const { data, symbols } = decoded(lzma2Of(xzBlock(new Uint8Array(5_000_000), '-6'), 5_000_000));
    expect(data.every((byte) => byte === 0)).toBe(true);
    expect(symbols).toBeLessThan(5_000_000 / 250);
  });
});

describe.runIf(hasTool('xz'))('a broken block', () => {
  const bytes = imageBytes(400_000, 5);
  const block = lzma2Of(xzBlock(bytes, '-1'), bytes.length);

  it('is told from a good one, or gives other bytes, whatever bytes are changed in it', () => {
    let faults = 0;
    const changes = fc.array(fc.tuple(fc.nat(block.bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(changes, (all) => {
        const broken = new Uint8Array(block.bytes);
        for (const [at, by] of all) broken[at] = (broken[at] ?? 0) ^ by;
        try {
          decoded({ ...block, bytes: broken });
        } catch (error) {
          expect(error).toBeInstanceOf(XzFault);
          faults++;
        }
      }),
      { numRuns: 150 },
    );
    // In LZMA nearly every changed bit shifts what comes after it; but much of the block is plain.
    expect(faults).toBeGreaterThan(25);
  });

  it('of any bytes at all ends, and in nothing but a fault', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }),
        fc.constantFrom(0x01, 0x02, 0xe0, 0xff),
        (noise, first) => {
          const all = Uint8Array.of(first, ...noise);
          expect(() => decoded({ bytes: all, size: 100_000, dictionary: 4096 })).toThrow(XzFault);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each<[string, (good: Lzma2) => Lzma2, RegExp]>([
    ['is cut off', (good) => ({ ...good, bytes: good.bytes.subarray(0, -1) }), /end of a block is missing/],
    ['is cut off in a chunk', (good) => ({ ...good, bytes: good.bytes.subarray(0, 100) }), /cut off/],
    ['goes on', (good) => ({ ...good, bytes: Buffer.concat([good.bytes, Buffer.of(0)]) }), /behind its end/],
    ['is larger than it says', (good) => ({ ...good, size: good.size - 1 }), /more than it should/],
    ['is smaller than it says', (good) => ({ ...good, size: good.size + 1 }), /less than it should/],
    ['has a smaller dictionary', (good) => ({ ...good, dictionary: 4096 }), /reaches back too far/],
    ['has a chunk of an unknown kind', (good) => changed(good, 0, 0x03), /unknown kind/],
    ['does not reset its dictionary', (good) => changed(good, 0, good.bytes[0]! & 0xdf), /one dictionary/],
    ['has unknown properties', (good) => changed(good, 5, 225), /properties of a chunk are unknown/],
    [
      'has properties that are not for LZMA2',
      (good) => changed(good, 5, 8),
      /properties of a chunk are unknown/,
    ],
    ['has a chunk with a wrong start', (good) => changed(good, 6, 1), /does not start as it should/],
    ['has two dictionaries', (good) => ({ ...twice(good), size: 2 * good.size }), /one dictionary/],
    [
      'begins with a chunk that has no properties',
      () => ({ bytes: Buffer.from('0100007880000000040000000000', 'hex'), size: 2, dictionary: 4096 }),
      /no properties/,
    ],
  ])('%s', (_what, broken, message) => {
    const fault = () => decoded(broken(block));
    expect(fault).toThrow(XzFault);
    expect(fault).toThrow(message);
  });
});

function changed(good: Lzma2, at: number, byte: number): Lzma2 {
  const bytes = new Uint8Array(good.bytes);
  bytes[at] = byte;
  return { ...good, bytes };
}

function twice(good: Lzma2): Lzma2 {
  return { ...good, bytes: Buffer.concat([good.bytes.subarray(0, -1), good.bytes]) };
}

describe('the properties of LZMA', () => {
  it('are told as they were set, where they are some of LZMA2', () => {
    const model = new Model();
    const valid = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => model.setProperties(byte));
    // Pairs of lc and lp that are four at most in sum, and pb from 0 to 4.
    expect(valid).toHaveLength(15 * 5);
    for (const byte of valid) {
      expect(model.setProperties(byte)).toBe(true);
      expect(model.properties).toBe(byte);
    }
  });
});
