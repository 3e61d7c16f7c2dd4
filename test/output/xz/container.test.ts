import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockOf } from '../../../src/output/xz/block.ts';
import { padded, streamEnd, streamHeader } from '../../../src/output/xz/container.ts';
import { decodeNumber, encodeNumber } from '../../../src/output/xz/numbers.ts';
import { hasTool, judge } from '../../fixtures/judge.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';
import { imageBytes } from '../contents.ts';

const directory = temporaryDirectory();

function xz(bytes: Uint8Array, ...args: string[]): Buffer {
  const { stdout, status } = spawnSync('xz', ['--stdout', ...args], { input: bytes, maxBuffer: 1 << 26 });
  expect(status).toBe(0);
  return stdout;
}

describe('numbers', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.uint8Array({ maxLength: 4 }), (value, before) => {
        const bytes = encodeNumber(value);
        const text = Buffer.concat([before, bytes, Uint8Array.of(0xff)]);
        expect(decodeNumber(text, before.length)).toEqual({ value, end: before.length + bytes.length });
      }),
    );
  });

  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [2 ** 32, '8080808010'],
  ])('%i is %s', (value, hex) => {
    expect(Buffer.from(encodeNumber(value)).toString('hex')).toBe(hex);
  });

  it.each(['', '80', 'ffffffffffffffffff'])('%j is none', (hex) => {
    expect(() => decodeNumber(Buffer.from(hex, 'hex'), 0)).toThrow(/cut off or too large/);
  });
});

describe('the end of a stream', () => {
  it('has any number of blocks in its index', () => {
    const sizes = fc.record({
      unpaddedSize: fc.integer({ min: 5, max: 2 ** 40 }),
      size: fc.integer({ min: 1, max: 2 ** 40 }),
    });
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 300 }), (blocks) => {
        const end = Buffer.from(streamEnd(blocks));
        const indexSize = (end.readUInt32LE(end.length - 8) + 1) * 4;
        expect(indexSize).toBe(end.length - 12);
        expect(end.subarray(-2).toString()).toBe('YZ');
        let at = 1;
        const next = (): number => {
          const { value, end: after } = decodeNumber(end, at);
          at = after;
          return value;
        };
        expect(end[0]).toBe(0);
        expect(next()).toBe(blocks.length);
        for (const block of blocks) expect({ unpaddedSize: next(), size: next() }).toEqual(block);
      }),
    );
  });

  it.runIf(hasTool('xz'))('is what xz writes for the same blocks', () => {
    for (const size of [0, 1, 4096, 1_000_000]) {
      const stream = xz(imageBytes(size), '--threads=1', '--check=crc64');
      const indexStart = stream.length - 12 - (stream.readUInt32LE(stream.length - 8) + 1) * 4;
      const blocks = [];
      if (size > 0) {
        const count = decodeNumber(stream, indexStart + 1);
        const unpadded = decodeNumber(stream, count.end);
        blocks.push({ unpaddedSize: unpadded.value, size });
      }
      expect(Buffer.from(streamEnd(blocks)).equals(stream.subarray(indexStart))).toBe(true);
      expect(stream.subarray(0, 12).equals(streamHeader)).toBe(true);
    }
  });
});

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

it('padding goes up to a multiple of four', () => {
  expect([0, 1, 2, 3, 4, 5].map((length) => padded(new Uint8Array(length)).length)).toEqual([
    0, 4, 4, 4, 4, 8,
  ]);
});
