import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoders, writeRawImage } from '../../../src/source/unpack/unpack.ts';
import { noise, sha256Of } from '../../fixtures/obtaining.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();
let count = 0;
const fresh = (): string => path.join(folder, `${count++}.img`);

async function* pieces(...list: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* list;
}

describe('a raw image', () => {
  it('is written byte for byte, in whatever pieces it comes', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200_000 }),
      fc.integer({ min: 0, max: 300_000 }).map((size) => new Uint8Array(size)),
      fc.constantFrom(65_536, 1_048_576, 1_048_575).map((size) => new Uint8Array(size).fill(7)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (list) => {
        const file = fresh();
        const whole = Buffer.concat(list);
        const written = await writeRawImage(file, pieces(...list), { subject: 'it', hash: true });
        expect(written).toEqual({ size: whole.length, sha256: sha256Of(whole) });
        expect((await readFile(file)).equals(whole)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it.skipIf(process.platform === 'win32')('has holes where there are only zeros', async () => {
    const file = fresh();
    const zeros = new Uint8Array(1_000_000);
    const content = pieces(noise(100_000), ...Array.from({ length: 64 }, () => zeros), noise(1));
    await writeRawImage(file, content, { subject: 'it', hash: false });
    const { size, blocks } = await stat(file);
    expect(size).toBe(64_100_001);
    expect(blocks * 512).toBeLessThan(1_000_000);
  });

  it('is never written over', async () => {
    const file = fresh();
    await writeRawImage(file, pieces(noise(10)), { subject: 'it', hash: false });
    await expect(writeRawImage(file, pieces(noise(20)), { subject: 'it', hash: false })).rejects.toThrow(
      'EEXIST',
    );
  });

  it('that unpacks to more than any card holds is a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const file = fresh();
    const content = decoders.gz(pieces(bomb), { subject: 'it', environment: {} });
    const run = writeRawImage(file, content, { subject: 'it', hash: false, limit: 2 ** 20 });
    await expect(run).rejects.toMatchObject({
      code: 'source.archive',
      help: expect.stringMatching(/SD card/),
    });
    expect((await stat(file)).size).toBeLessThan(4 * 2 ** 20);
  });
});
