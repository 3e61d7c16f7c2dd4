import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockOf } from '../../../src/output/xz/block.ts';
import { streamEnd, streamHeader } from '../../../src/xz/container.ts';
import { hasTool, judge } from '../../fixtures/judge.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';
import { xz } from '../../fixtures/xz.ts';
import { imageBytes } from '../contents.ts';

const directory = temporaryDirectory();

describe.runIf(hasTool('xz'))('a block taken out of a stream', () => {
  const size = 700_000;
  const data = imageBytes(size);

  it.each([
    ['without sizes in its header', ['--threads=1']],
    ['with sizes in its header', ['--threads=2']],
  ])('%s stands in a stream of our own', (_what, args) => {
    const block = blockOf(xz(data, '--check=crc64', ...args), size);
    const stream = Buffer.concat([streamHeader, block.bytes, block.bytes, streamEnd([block, block])]);
    expect(xz(stream, '--decompress').equals(Buffer.concat([data, data]))).toBe(true);
    const file = path.join(directory, 'two.xz');
    writeFileSync(file, stream);
    expect(judge('xz', ['--list', '-vv', file])?.output).toMatch(/Sizes in headers:\s+Yes/);
  });

  it('is refused when anything about the stream is off', () => {
    const stream = xz(data, '--threads=1', '--check=crc64');
    const bad = [
      Buffer.alloc(0),
      stream.subarray(0, -1),
      stream.subarray(0, 40),
      Buffer.concat([stream, stream.subarray(-12)]),
      xz(data, '--check=crc32'),
      xz(data, '--format=lzma'),
      xz(data, '--threads=1', '--check=crc64', '--delta', '--lzma2'),
      xz(data, '--check=crc64', '--block-size=100000'),
      xz(new Uint8Array(0), '--check=crc64'),
      xz(data.subarray(1), '--threads=1', '--check=crc64'),
    ];
    for (const [i, one] of bad.entries()) {
      expect(() => blockOf(one, size), `number ${i}`).toThrow(
        expect.objectContaining({ code: 'output.failed' }),
      );
    }
  });

  it('gives an error of ours for whatever bytes', () => {
    const stream = xz(data.subarray(0, 5000), '--threads=1', '--check=crc64');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 63 }), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (bends, atEnd) => {
          const bent = Buffer.from(stream);
          for (const [at, value] of bends) bent[atEnd ? bent.length - 1 - at : at] = value;
          try {
            blockOf(bent, 5000);
          } catch (error) {
            expect(error).toMatchObject({ code: 'output.failed' });
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
