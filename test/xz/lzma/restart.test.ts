import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XzFault } from '../../../src/xz/fault.ts';
import { partsOf } from '../../../src/xz/lzma/parts.ts';
import { References } from '../../../src/xz/lzma/references.ts';
import { hasTool } from '../../fixtures/judge.ts';
import { lzma2Of, xzBlock } from '../../fixtures/xz-block.ts';
import { imageBytes } from '../../output/contents.ts';
import { bytesOfKinds, settings } from './arbitraries.ts';
import { noise, restarted, smallGrain, unpacked } from './restarted.ts';

const grains = fc.record({
  part: fc.constantFrom(4096, 8192, 65536, 2 ** 20),
  piece: fc.constantFrom(64, 512),
});

describe.runIf(hasTool('xz'))('a block in parts', () => {
  it('holds what it held, of all kinds of bytes, with all presets and properties', () => {
    fc.assert(
      fc.property(bytesOfKinds, settings, grains, (bytes, setting, grain) => {
        const { block, data } = restarted(lzma2Of(xzBlock(bytes, setting), bytes.length), grain);
        expect(Buffer.compare(data, bytes)).toBe(0);
        expect(Buffer.compare(unpacked(block, block.bytes), bytes)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same again when it is brought into parts once more', () => {
    const bytes = imageBytes(400_000, 3);
    const { block } = restarted(lzma2Of(xzBlock(bytes, '-6'), bytes.length), smallGrain);
    expect(Buffer.compare(restarted(block, smallGrain).block.bytes, block.bytes)).toBe(0);
  });

  it('has a model that starts anew in every part, and one dictionary', () => {
    const bytes = imageBytes(100_000, 4);
    const { block } = restarted(lzma2Of(xzBlock(bytes, '-6'), bytes.length), smallGrain);
    const parts = [...partsOf(block.bytes, smallGrain)];
    expect(parts).toHaveLength(13);
    for (const { index, position, chunks } of parts) {
      expect(position).toBe(index * smallGrain.part);
      expect(chunks.find(({ isPlain }) => !isPlain)?.properties ?? 93).toBe(93);
      expect(chunks.map(({ resetsDictionary }) => resetsDictionary)).toEqual(
        chunks.map((_, at) => index === 0 && at === 0),
      );
    }
  });

  it.each(['-0', '-6', '--lzma2=preset=6,lc=0,lp=2,pb=0'])('is hardly larger (%s)', (setting) => {
    const bytes = imageBytes(5_000_000, 7);
    const block = lzma2Of(xzBlock(bytes, setting), bytes.length);
    expect(restarted(block).block.bytes.length).toBeLessThan(1.005 * block.bytes.length);
  });

  it('tells of each part what it repeats', () => {
    const bytes = Buffer.alloc(12 * smallGrain.part, 'nothing that is repeated from afar');
    bytes.set(noise(2000), 3 * smallGrain.part);
    bytes.set(noise(2000).subarray(500, 1500), 9 * smallGrain.part + 100);
    const { block } = restarted(lzma2Of(xzBlock(bytes, '-6'), bytes.length), smallGrain);
    const references = new References(bytes.length, smallGrain, block.references);
    const from = 3 * smallGrain.part + 1000;
    const span = { from, to: from + 1 };
    expect(references.has(9, span)).toBe(true);
    for (const index of [0, 1, 2, 5, 6, 7, 8, 11]) expect(references.has(index, span)).toBe(false);
  });

  it('is a fault when the block is broken', () => {
    const bytes = imageBytes(300_000);
    const block = lzma2Of(xzBlock(bytes), bytes.length);
    const broken = new Uint8Array(block.bytes).fill(0xaa, 1000, 1010);
    expect(() => restarted({ ...block, bytes: broken })).toThrow(XzFault);
  });

  it('has no chunk in two parts', () => {
    const bytes = imageBytes(300_000);
    const block = lzma2Of(xzBlock(bytes), bytes.length);
    expect([...partsOf(block.bytes, { part: 2 ** 20, piece: 512 })]).toHaveLength(1);
    expect(() => [...partsOf(block.bytes, smallGrain)]).toThrow(/two parts/);
  });
});
