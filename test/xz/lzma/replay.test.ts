import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XzFault } from '../../../src/xz/fault.ts';
import { chunksOf } from '../../../src/xz/lzma/chunks.ts';
import type { Edit } from '../../../src/xz/lzma/edits.ts';
import { type Grain, partsOf, usualGrain } from '../../../src/xz/lzma/parts.ts';
import { type RestartedLzma2, replay } from '../../../src/xz/lzma/replay.ts';
import { hasTool } from '../../fixtures/judge.ts';
import { lzma2Of, xzBlock } from '../../fixtures/xz-block.ts';
import { imageBytes } from '../../output/contents.ts';
import { bytesOfKinds, settings } from './arbitraries.ts';
import { atHand, noise, onDemand, restarted, smallGrain, unpacked } from './restarted.ts';

/** Bytes with edits in them. */
function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const all = new Uint8Array(bytes);
  for (const edit of edits) all.set(edit.bytes, edit.position);
  return all;
}

/** Sorted, next to each other or apart; of bytes that are new, were there before, or are zero; where parts meet, too. */
function editsOf(bytes: Uint8Array, { part }: Grain): fc.Arbitrary<readonly Edit[]> {
  const last = bytes.length - 1;
  const at = fc.nat(last);
  const border = fc
    .tuple(at, fc.integer({ min: -2, max: 2 }))
    .map(([near, by]) => Math.min(last, Math.max(0, Math.round(near / part) * part + by)));
  const edit = fc
    .tuple(
      fc.oneof(at, border),
      fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5000 })),
      fc.constantFrom('new', 'old', 'zero'),
      at,
    )
    .map(([position, most, kind, from]): Edit => {
      const length = Math.min(most, bytes.length - Math.max(position, from));
      const old = bytes.slice(from, from + length);
      const value = (byte: number) => (kind === 'old' ? byte : kind === 'new' ? byte ^ 0x5a : 0);
      return { position, bytes: old.map(value) };
    });
  return fc.array(edit, { maxLength: 8 }).map((all) => {
    let end = 0;
    return all
      .sort((a, b) => a.position - b.position)
      .filter(({ position, bytes: { length } }) => {
        const isApart = position >= end;
        if (isApart) end = position + length;
        return isApart;
      });
  });
}

/** Of each part, all of its bytes. */
function codes(bytes: Uint8Array, grain: Grain): string[] {
  return [...partsOf(bytes, grain)].map(({ chunks }) =>
    Buffer.concat(chunks.map((chunk) => chunk.bytes)).toString('base64'),
  );
}

/** Indexes of the parts that edits changed. */
function changedParts(block: RestartedLzma2, after: Uint8Array, grain: Grain): number[] {
  const before = codes(block.bytes, grain);
  return codes(after, grain).flatMap((code, index) => (code === before[index] ? [] : [index]));
}

describe.runIf(hasTool('xz'))('a block with edits', () => {
  it('decodes to the bytes with the edits, of all kinds, whether its bytes are at hand or asked for', () => {
    const cases = fc
      .tuple(bytesOfKinds, settings, fc.constantFrom(smallGrain, { part: 65536, piece: 512 }, usualGrain))
      .chain(([bytes, setting, grain]) =>
        fc.record({
          ...{ bytes: fc.constant(bytes), setting: fc.constant(setting), grain: fc.constant(grain) },
          edits: editsOf(bytes, grain),
        }),
      );
    fc.assert(
      fc.property(cases, ({ bytes, setting, grain, edits }) => {
        const { block, data } = restarted(lzma2Of(xzBlock(bytes, setting), bytes.length), grain);
        const code = Buffer.concat(replay(block, edits, atHand(data), grain).pieces);
        expect(Buffer.compare(unpacked(block, code), edited(bytes, edits))).toBe(0);
        expect(Buffer.compare(data, bytes)).toBe(0);
        const other = Buffer.concat(replay(block, edits, onDemand(bytes), grain).pieces);
        expect(other.equals(code)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('is the block as it was, without any, and with such that change nothing', () => {
    const bytes = imageBytes(700_000, 3);
    const { block, data } = restarted(lzma2Of(xzBlock(bytes, '-1'), bytes.length));
    for (const edits of [[], [{ position: 5000, bytes: bytes.subarray(5000, 9000) }]]) {
      const { pieces, changes } = replay(block, edits, atHand(data));
      expect(Buffer.concat(pieces).equals(block.bytes)).toBe(true);
      expect(changes).toEqual([]);
    }
  });

  it('has all other parts as they were', () => {
    const bytes = imageBytes(4_000_000, 11);
    const { block, data } = restarted(lzma2Of(xzBlock(bytes, '-6'), bytes.length));
    const edits = [2_500_000, 2_500_700].map((position) => ({
      position,
      bytes: Buffer.from('an edit that was not there before'),
    }));
    const code = Buffer.concat(replay(block, edits, atHand(data)).pieces);
    expect(Buffer.compare(unpacked(block, code), edited(bytes, edits))).toBe(0);
    expect(changedParts(block, code, usualGrain)).toEqual([Math.floor(2_500_000 / usualGrain.part)]);
    expect(code.length).toBeLessThan(1.01 * block.bytes.length);
  });

  it('has other parts anew that repeat what was edited', () => {
    const { part } = smallGrain;
    const bytes = Buffer.alloc(8 * part, 'all the same, wherever one looks');
    for (const index of [1, 4]) bytes.set(noise(3000), index * part + 1000);
    const { block, data } = restarted(lzma2Of(xzBlock(bytes, '-6'), bytes.length), smallGrain);
    const edits = [{ position: part + 2000, bytes: Buffer.from('new') }];
    const code = Buffer.concat(replay(block, edits, atHand(data), smallGrain).pieces);
    expect(changedParts(block, code, smallGrain)).toEqual([1, 4]);
    expect(Buffer.compare(unpacked(block, code), edited(bytes, edits))).toBe(0);
  });

  it('has the part anew that follows an edited byte, since literals depend on it', () => {
    const { part } = smallGrain;
    const bytes = noise(4 * part).map((byte) => byte & 0x1f);
    const { block, data } = restarted(lzma2Of(xzBlock(bytes, '-6'), bytes.length), smallGrain);
    const edits = [{ position: 2 * part - 1, bytes: Buffer.of(bytes[2 * part - 1]! ^ 0xff) }];
    const code = Buffer.concat(replay(block, edits, atHand(data), smallGrain).pieces);
    expect(Buffer.compare(unpacked(block, code), edited(bytes, edits))).toBe(0);
  });

  it('has plain chunks where it does not compress any more', () => {
    const bytes = Buffer.alloc(600_000, 'compressible ');
    const { block, data } = restarted(lzma2Of(xzBlock(bytes, '-6'), bytes.length));
    const edits = [{ position: 50_000, bytes: noise(300_000) }];
    const code = Buffer.concat(replay(block, edits, atHand(data)).pieces);
    expect(Buffer.compare(unpacked(block, code), edited(bytes, edits))).toBe(0);
    expect([...chunksOf(code)].some(({ isPlain }) => isPlain)).toBe(true);
    expect(code.length).toBeLessThan(370_000);
  });

  it('does not change the edits that it was given', () => {
    const bytes = imageBytes(100_000);
    const edit = { position: 20_000, bytes: Buffer.from('new') };
    const { block, data } = restarted(lzma2Of(xzBlock(bytes), bytes.length));
    replay(block, [edit], atHand(data));
    expect(String(edit.bytes)).toBe('new');
  });

  it('is a fault where the block is not as it was made', () => {
    const bytes = imageBytes(300_000);
    const { block, data } = restarted(lzma2Of(xzBlock(bytes), bytes.length), smallGrain);
    const edits = [{ position: 290_000, bytes: Buffer.from('new') }];
    const replaying = (changed: Partial<RestartedLzma2>) => () =>
      replay({ ...block, ...changed }, edits, atHand(data), smallGrain);
    expect(replaying({})).not.toThrow();
    expect(replaying({ bytes: block.bytes.subarray(0, -1) })).toThrow(XzFault);
    expect(replaying({ references: block.references.subarray(1) })).toThrow(XzFault);
    expect(replaying({ size: block.size - 1 })).toThrow(XzFault);
    expect(replaying({ size: block.size + 1 })).toThrow(XzFault);
  });
});
