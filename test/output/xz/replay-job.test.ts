import { createHash } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Code } from '../../../src/model/code.ts';
import { carryOut, type ReplayedBlock } from '../../../src/output/xz/replay-job.ts';
import { streamEnd, streamHeader } from '../../../src/xz/container.ts';
import { usualGrain } from '../../../src/xz/lzma/parts.ts';
import { hasTool } from '../../fixtures/judge.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';
import { xz } from '../../fixtures/xz.ts';
import { xzBlock } from '../../fixtures/xz-block.ts';
import { imageBytes } from '../contents.ts';

const directory = temporaryDirectory();

describe.runIf(hasTool('xz'))('a block that edits are put into', () => {
  const bytes = imageBytes(1_500_000, 6);
  const size = bytes.length;
  const position = 777;
  const file = path.join(directory, 'base.img');
  writeFileSync(file, Buffer.concat([Buffer.alloc(position, 'before'), bytes, Buffer.from('behind')]));
  const memory = () => new Uint8Array(size).fill(0xa5);
  const block = xzBlock(bytes, '-6');
  const original = (edits: readonly { position: number; bytes: Uint8Array }[], isToBeKept = false) =>
    carryOut({ block: { kind: 'original', bytes: block, isToBeKept }, size, edits }, memory());
  const kept = original([], true)?.kept ?? { bytes: new Uint8Array(), figure: 0 };
  const again = (
    edits: readonly { position: number; bytes: Uint8Array }[],
    code: Code = kept,
    from = file,
  ): ReplayedBlock | undefined =>
    carryOut({ block: { kind: 'kept', code, file: from, position }, size, edits }, memory());
  const edit = { position: 1_000_000, bytes: Buffer.from('new') };

  it('is the same, out of the archive and out of what was kept of it, and holds the edits', () => {
    // One for some parts each, from their beginning on, or a little before.
    const edit = fc.tuple(fc.nat(5), fc.nat(3), fc.uint8Array({ minLength: 4, maxLength: 3000 }));
    const edits = fc.uniqueArray(edit, { maxLength: 4, selector: ([index]) => index }).map((all) =>
      all
        .map(([index, before, bytes]) => ({
          position: Math.max(0, index * usualGrain.part - before),
          bytes,
        }))
        .sort((a, b) => a.position - b.position),
    );
    fc.assert(
      fc.property(edits, (all) => {
        const first = original(all)?.code;
        expect(first).toBeDefined();
        expect(shown(again(all)?.code)).toEqual(shown(first));
        const stream = [
          streamHeader,
          first?.bytes ?? '',
          streamEnd([{ unpaddedSize: first?.figure ?? 0, size }]),
        ];
        const wanted = Buffer.from(bytes);
        for (const { position, bytes: edit } of all) wanted.set(edit, position);
        expect(xz(Buffer.concat(stream.map((one) => Buffer.from(one))), '--decompress').equals(wanted)).toBe(
          true,
        );
      }),
      { numRuns: 12 },
    );
  });

  it('is kept only where that is wanted', () => {
    expect(original([edit])).not.toHaveProperty('kept');
    expect(shown(original([edit], true)?.kept)).toEqual(shown(kept));
    expect(again([edit])).not.toHaveProperty('kept');
  });

  it('is none where what was kept is of another kind', () => {
    expect(again([edit])).toBeDefined();
    for (const code of [
      { ...kept, bytes: kept.bytes.subarray(1) },
      { ...kept, bytes: kept.bytes.subarray(0, -1) },
      { ...kept, figure: kept.figure + 4 },
      { bytes: block, figure: block.length },
      { bytes: Buffer.from('nothing of a block'), figure: 8 },
    ]) {
      expect(again([edit], code)).toBeUndefined();
    }
  });

  it('is none where the base cannot be read', () => {
    expect(again([edit], kept, path.join(directory, 'none.img'))).toBeUndefined();
    const short = path.join(directory, 'short.img');
    writeFileSync(short, bytes);
    truncateSync(short, position + edit.position + 1);
    expect(again([edit], kept, short)).toBeUndefined();
  });

  it('is none where the archive has another kind of block', () => {
    const other = { kind: 'original', bytes: xzBlock(bytes, '--x86', '--lzma2'), isToBeKept: true } as const;
    expect(carryOut({ block: other, size, edits: [edit] }, memory())).toBeUndefined();
  });
});

/** What is compared of a code: all of it, but fast. */
function shown(code: Code | undefined) {
  return code && { figure: code.figure, sha256: createHash('sha256').update(code.bytes).digest('hex') };
}
