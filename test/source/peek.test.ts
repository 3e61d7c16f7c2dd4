import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peek, slice } from '../../src/source/peek.ts';
import { collect, cuts, inPieces } from '../fixtures/pieces.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

describe('a look at what comes first', () => {
  it('takes nothing away, however it comes, and however often one looks', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, fc.nat(250), fc.nat(250), async (all, lengths, one, other) => {
        const first = await peek(inPieces(all, ...lengths), one);
        const second = await peek(first.all[Symbol.asyncIterator](), other);
        for (const [{ head }, length] of [
          [first, one],
          [second, other],
        ] as const) {
          expect(head.length).toBeGreaterThanOrEqual(Math.min(length, all.length));
          expect(head.equals(all.subarray(0, head.length))).toBe(true);
        }
        expect((await collect(second.all)).equals(all)).toBe(true);
      }),
    );
  });

  it('leaves the rest to whoever reads on', async () => {
    const { all } = await peek(inPieces(Buffer.from('abcdef'), 1), 2);
    const read: string[] = [];
    for (const count of [1, 3, 9]) {
      for await (const piece of all) {
        read.push(String(piece));
        if (read.length >= count) break;
      }
    }
    expect(read.join('')).toBe('abcdef');
  });
});

describe('a slice of what arrives', () => {
  it('is that of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes,
        cuts,
        fc.nat(250),
        fc.option(fc.nat(250)),
        async (all, lengths, start, length) => {
          const found = slice(inPieces(all, ...lengths), start, length ?? undefined);
          const wanted = all.subarray(start, length === null ? undefined : start + length);
          expect((await collect(found)).equals(wanted)).toBe(true);
        },
      ),
    );
  });

  it('does not wait for more than it needs', async () => {
    const pieces = async function* () {
      yield Buffer.from('abc');
      throw new Error('nobody asked for that');
    };
    expect(String(await collect(slice(pieces(), 1, 2)))).toBe('bc');
    expect(String(await collect(slice(pieces(), 1, 0)))).toBe('');
  });
});
