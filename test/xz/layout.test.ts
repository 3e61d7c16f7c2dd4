import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XzFault } from '../../src/xz/fault.ts';
import { readLayout, type XzLayout } from '../../src/xz/layout.ts';
import { hasTool, judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { xz } from '../fixtures/xz.ts';
import { imageBytes } from '../output/contents.ts';

const directory = temporaryDirectory();

const layoutOf = (file: Uint8Array): Promise<XzLayout> =>
  readLayout(async (position, length) => file.subarray(position, position + length), file.length);

/** Offsets, positions, sizes and checks of all blocks, as xz lists them. */
function listed(file: Uint8Array): unknown[] {
  const name = path.join(directory, 'listed.xz');
  writeFileSync(name, file);
  const checks = ['None', 'CRC32', undefined, undefined, 'CRC64', ...Array(5), 'SHA-256'];
  const output = judge('xz', ['--robot', '--list', '-vv', name])?.output ?? '';
  return output.split('\n').flatMap((line) => {
    const fields = line.split('\t');
    if (fields[0] !== 'block') return [];
    const [offset, position, total, size] = fields.slice(4, 8).map(Number);
    return [{ offset, position, total, size, checkType: checks.indexOf(fields[9]) }];
  });
}

const stream = fc.record({
  length: fc.oneof(fc.constantFrom(0, 1), fc.nat(50_000)),
  check: fc.constantFrom('none', 'crc32', 'crc64', 'sha256'),
  args: fc.constantFrom(
    ['--threads=1'],
    ['--threads=2', '--block-size=10000'],
    ['--threads=1', '--block-list=1,5000,0'],
    ['--delta', '--lzma2'],
  ),
  padding: fc.nat(3),
});

describe.runIf(hasTool('xz'))('the layout of an .xz file', () => {
  it('is what xz says, of any blocks, checks, streams and padding', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stream, { minLength: 1, maxLength: 3 }), async (streams) => {
        const file = Buffer.concat(
          streams.flatMap(({ length, check, args, padding }) => [
            xz(imageBytes(length), `--check=${check}`, ...args),
            new Uint8Array(4 * padding),
          ]),
        );
        const { blocks, size } = await layoutOf(file);
        expect(size).toBe(streams.reduce((sum, { length }) => sum + length, 0));
        expect(
          blocks.map(({ unpaddedSize, ...rest }) => ({ ...rest, total: Math.ceil(unpaddedSize / 4) * 4 })),
        ).toEqual(listed(file));
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  const whole = xz(imageBytes(30_000), '--check=crc64', '--threads=2', '--block-size=10000');

  it('is refused where bytes are missing or too many', async () => {
    const bad = [
      Buffer.alloc(0),
      Buffer.alloc(64),
      whole.subarray(0, -1),
      whole.subarray(4),
      whole.subarray(0, 40),
      Buffer.concat([whole, Buffer.alloc(3)]),
      Buffer.concat([whole, Buffer.alloc(2 ** 21)]),
      Buffer.concat([Buffer.alloc(4), whole]),
      Buffer.from(`${'no archive '.repeat(20)}YZ`),
    ];
    for (const [i, one] of bad.entries()) {
      await expect(layoutOf(one), `number ${i}`).rejects.toThrow(XzFault);
    }
  });

  it('stays within the file, or is refused, whatever was changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (bends, atEnd) => {
          const bent = Buffer.from(whole);
          for (const [at, value] of bends) bent[atEnd ? bent.length - 1 - at : at] = value;
          const layout = await layoutOf(bent).catch((error: unknown) => error);
          if (layout instanceof XzFault) return;
          const { blocks } = layout as XzLayout;
          for (const { offset, unpaddedSize } of blocks) {
            expect(offset + unpaddedSize).toBeLessThan(bent.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
