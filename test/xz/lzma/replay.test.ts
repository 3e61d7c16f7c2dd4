import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XzFault } from '../../../src/xz/fault.ts';
import { type Chunk, chunksOf } from '../../../src/xz/lzma/chunks.ts';
import { type Edit, type Lzma2, replay } from '../../../src/xz/lzma/replay.ts';
import { hasTool } from '../../fixtures/judge.ts';
import { xz } from '../../fixtures/xz.ts';
import { lzma2Of, xzBlock } from '../../fixtures/xz-block.ts';
import { imageBytes } from '../../output/contents.ts';
import { bytesOfKinds, settings } from './arbitraries.ts';

/** By xz, which knows no checks and no sizes here: what it gives is what the data says. */
function unpacked({ dictionary }: Lzma2, bytes: Uint8Array): Buffer {
  return xz(bytes, '--decompress', '--format=raw', `--lzma2=dict=${dictionary}`);
}

function replayed(
  block: Lzma2,
  edits: readonly Edit[],
): { readonly bytes: Buffer; readonly data: Uint8Array } {
  const { pieces, data } = replay(block, edits);
  return { bytes: Buffer.concat(pieces), data };
}

/** Bytes with edits in them. */
function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const all = new Uint8Array(bytes);
  for (const edit of edits) all.set(edit.bytes, edit.position);
  return all;
}

/** Sorted, next to each other or apart; of bytes that are new, were there before, or are zero. */
function editsOf(bytes: Uint8Array): fc.Arbitrary<readonly Edit[]> {
  const at = fc.nat(bytes.length - 1);
  const edit = fc
    .tuple(
      at,
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

const chunks = ({ bytes }: { readonly bytes: Uint8Array }): Chunk[] => [...chunksOf(bytes)];

describe.runIf(hasTool('xz'))('a block with edits', () => {
  it('decodes to the bytes with the edits, of all kinds, with all presets and properties', () => {
    const cases = fc
      .tuple(bytesOfKinds, settings)
      .chain(([bytes, setting]) =>
        fc.record({ bytes: fc.constant(bytes), setting: fc.constant(setting), edits: editsOf(bytes) }),
      );
    fc.assert(
      fc.property(cases, ({ bytes, setting, edits }) => {
        const block = lzma2Of(xzBlock(bytes, setting), bytes.length);
        const wanted = edited(bytes, edits);
        const { bytes: code, data } = replayed(block, edits);
        expect(Buffer.compare(data, wanted)).toBe(0);
        expect(Buffer.compare(unpacked(block, code), wanted)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('is the block as it was, without any', () => {
    const bytes = imageBytes(700_000, 3);
    const block = lzma2Of(xzBlock(bytes, '-1'), bytes.length);
    expect(Buffer.compare(replayed(block, []).bytes, block.bytes)).toBe(0);
  });

  it.each(['-0', '-6', '--lzma2=preset=6,lc=0,lp=2,pb=0'])(
    'is hardly larger when all symbols of it are encoded again (%s)',
    (setting) => {
      const bytes = imageBytes(3_000_000, 7);
      const block = lzma2Of(xzBlock(bytes, setting), bytes.length);
      const { bytes: code } = replayed(block, [{ position: 0, bytes: bytes.subarray(0, 1) }]);
      expect(Buffer.compare(unpacked(block, code), bytes)).toBe(0);
      expect(code.length).toBeLessThan(1.001 * block.bytes.length);
    },
  );

  it('keeps the chunks before the first edit, and grows by what the edits are', () => {
    const bytes = imageBytes(4_000_000, 11);
    const block = lzma2Of(xzBlock(bytes, '-6'), bytes.length);
    const edits = [2_500_000, 2_500_700, 3_900_000].map((position) => ({
      position,
      bytes: Buffer.from('an edit that was not there before'),
    }));
    const { bytes: code } = replayed(block, edits);
    expect(Buffer.compare(unpacked(block, code), edited(bytes, edits))).toBe(0);
    let end = 0;
    const kept = chunks(block).filter(({ size }) => {
      end += size;
      return end <= 2_500_000;
    });
    expect(kept.length).toBeGreaterThan(5);
    for (const [index, { bytes: chunk }] of kept.entries()) {
      expect(Buffer.compare(chunks({ bytes: code })[index]?.bytes ?? Buffer.of(), chunk)).toBe(0);
    }
    expect(code.length).toBeLessThan(1.01 * block.bytes.length);
  });

  it('has plain chunks where it does not compress any more', () => {
    const random = Buffer.alloc(300_000);
    let state = 1;
    for (let at = 0; at < random.length; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      random[at] = state >>> 24;
    }
    const bytes = Buffer.alloc(600_000, 'compressible ');
    const block = lzma2Of(xzBlock(bytes, '-6'), bytes.length);
    const edits = [{ position: 50_000, bytes: random }];
    const { bytes: code } = replayed(block, edits);
    expect(Buffer.compare(unpacked(block, code), edited(bytes, edits))).toBe(0);
    expect(chunks({ bytes: code }).some(({ isPlain }) => isPlain)).toBe(true);
    expect(code.length).toBeLessThan(random.length + 70_000);
  });

  it('does not change the edits that it was given', () => {
    const bytes = imageBytes(100_000);
    const edit = { position: 20_000, bytes: Buffer.from('new') };
    replay(lzma2Of(xzBlock(bytes), bytes.length), [edit]);
    expect(String(edit.bytes)).toBe('new');
  });

  it('is a fault when the block is broken', () => {
    const bytes = imageBytes(300_000);
    const block = lzma2Of(xzBlock(bytes), bytes.length);
    const broken = new Uint8Array(block.bytes).fill(0xaa, 1000, 1010);
    const edits = [{ position: 5, bytes: Buffer.of(1) }];
    expect(() => replay({ ...block, bytes: broken }, edits)).toThrow(XzFault);
  });
});
