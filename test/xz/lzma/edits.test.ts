import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesIn, exchange } from '../../../src/xz/lzma/edits.ts';

const data = fc.uint8Array({ minLength: 300, maxLength: 300, max: 2 });

describe('edits of a block', () => {
  it('are cut down to what they change, and make the same of it', () => {
    fc.assert(
      fc.property(data, data, fc.nat(200), fc.nat(99), (before, other, position, length) => {
        const edit = { position, bytes: other.subarray(0, length) };
        const after = new Uint8Array(before);
        after.set(edit.bytes, position);
        const changes = [...changesIn(before, [edit])];
        let end = position;
        for (const change of changes) {
          expect(change.position).toBeGreaterThanOrEqual(end);
          end = change.position + change.bytes.length;
          expect(change.bytes[0]).not.toBe(before[change.position]);
          expect(change.bytes.at(-1)).not.toBe(before[end - 1]);
        }
        const exchanged = new Uint8Array(before);
        exchange(exchanged, changes, 300);
        expect(exchanged).toEqual(after);
        exchange(exchanged, changes, 300);
        expect(exchanged).toEqual(before);
      }),
    );
  });

  it('are several changes where they are far apart', () => {
    const bytes = new Uint8Array(300);
    bytes[10] = bytes[40] = bytes[200] = 1;
    const changes = [...changesIn(new Uint8Array(1000), [{ position: 500, bytes }])];
    expect(changes.map(({ position, bytes: { length } }) => [position, length])).toEqual([
      [510, 31],
      [700, 1],
    ]);
  });
});
