import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openXzDevice } from '../../src/image/xz-device.ts';
import { layoutOf } from '../../src/source/archive-layout.ts';
import { findTool } from '../../src/source/unpack/xz.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { xz } from '../fixtures/xz.ts';
import { imageBytes } from '../output/contents.ts';

const directory = temporaryDirectory();
const environment = { PATH: process.env['PATH'] };
const tool = await findTool('xz', environment);
const bytes = imageBytes(300_000);

async function open(archive: Uint8Array) {
  const folder = mkdtempSync(path.join(directory, 'device-'));
  const file = path.join(folder, 'image.img.xz');
  writeFileSync(file, archive);
  const layout = await layoutOf(file);
  if (!layout || !tool) throw new Error('it has no layout');
  const decoded = path.join(folder, 'decoded');
  mkdirSync(decoded);
  const device = openXzDevice(file, { layout, tool, environment, directory: decoded });
  onTestFinished(() => device.close());
  return { device, decoded };
}

const read = (
  device: { readInto(target: Uint8Array, position: number): void },
  at: number,
  length: number,
) => {
  const target = Buffer.alloc(length);
  device.readInto(target, at);
  return target;
};

describe.runIf(tool !== undefined)('an .xz file as a device', () => {
  const run = fc.tuple(fc.nat(299_999), fc.nat(120_000)).map(([at, length]) => ({
    ...{ at, length: Math.min(length, 300_000 - at) },
  }));

  it.each([
    ['blocks of one size', [['--threads=2', '--block-size=20000']]],
    ['blocks of all sizes', [['--threads=1', '--block-list=1,70000,3,50000,0']]],
    ['blocks with no check', [['--threads=2', '--block-size=50000', '--check=none']]],
    [
      'several streams of different checks',
      [['--check=sha256'], ['--check=crc32', '--block-size=9000'], ['--check=crc64']],
    ],
  ])('has the bytes of its image: %s', async (_what, streams) => {
    const share = bytes.length / streams.length;
    const parts = streams.map((args, index) =>
      xz(bytes.subarray(index * share, (index + 1) * share), ...args),
    );
    const archive = Buffer.concat(parts);
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 6 }), async (runs) => {
        const { device } = await open(archive);
        expect(device.size).toBe(bytes.length);
        for (const { at, length } of runs) {
          expect(read(device, at, length).equals(bytes.subarray(at, at + length))).toBe(true);
        }
        device.close();
      }),
      { numRuns: 10 },
    );
  });

  it('decodes nothing but what is asked for', async () => {
    const archive = xz(bytes, '--threads=2', '--block-size=20000');
    const whole = await open(archive);
    expect(read(whole.device, 0, bytes.length).equals(bytes)).toBe(true);
    // The first and the last are sound, the one at 100,000 is not.
    const bent = Buffer.from(archive);
    const { blocks } = (await layoutOfBytes(archive)) ?? { blocks: [] };
    const { offset = 0, unpaddedSize = 0 } = blocks[5] ?? {};
    bent[offset + unpaddedSize - 3] = (bent[offset + unpaddedSize - 3] ?? 0) ^ 1;
    const { device, decoded } = await open(bent);
    expect(read(device, 20_000, 40_000).equals(bytes.subarray(20_000, 60_000))).toBe(true);
    expect(read(device, 290_000, 10_000).equals(bytes.subarray(290_000))).toBe(true);
    const damage = expect.objectContaining({ code: 'source.archive' });
    expect(() => read(device, 100_000, 1)).toThrow(damage);
    expect(() => read(device, 110_000, 1)).toThrow(damage);
    expect(read(device, 0, 20_000).equals(bytes.subarray(0, 20_000))).toBe(true);
    if (process.platform !== 'win32') expect(readdirSync(decoded)).toEqual([]);
  });

  it('is only read, and only inside', async () => {
    const { device } = await open(xz(bytes, '--threads=2', '--block-size=20000'));
    expect(() => device.writeFrom(Buffer.alloc(1), 0)).toThrow(TypeError);
    expect(() => read(device, 299_999, 2)).toThrow(expect.objectContaining({ code: 'image.damaged' }));
    expect(read(device, 300_000, 0)).toHaveLength(0);
  });
});

async function layoutOfBytes(archive: Uint8Array) {
  const file = path.join(directory, 'layout.xz');
  writeFileSync(file, archive);
  return layoutOf(file);
}
