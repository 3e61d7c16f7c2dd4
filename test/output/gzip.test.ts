import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeGzip } from '../../src/output/gzip.ts';
import { judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { imageBytes, memorySink, overlayOf, quietly } from './contents.ts';
import { ask, python } from './judges.ts';

const directory = temporaryDirectory();
const mebibyte = 1 << 20;

async function gzip(bytes: Uint8Array): Promise<Buffer> {
  const sink = memorySink();
  await writeGzip(overlayOf(bytes), sink, quietly);
  return sink.bytes;
}

describe('a .gz', () => {
  it.each([0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 9 * mebibyte + 12345])(
    'of %i bytes decompresses to what went in',
    async (size) => {
      const bytes = imageBytes(size);
      expect(zlib.gunzipSync(await gzip(bytes)).equals(bytes)).toBe(true);
    },
  );

  it('holds the changes of an overlay', async () => {
    const overlay = overlayOf(imageBytes(3 * mebibyte));
    overlay.writeFrom(Buffer.from('changed'), mebibyte - 3);
    const sink = memorySink();
    await writeGzip(overlay, sink, quietly);
    expect(
      zlib
        .gunzipSync(sink.bytes)
        .subarray(mebibyte - 3, mebibyte + 4)
        .toString(),
    ).toBe('changed');
  });

  it('is what zlib makes at the level that is asked for', async () => {
    const bytes = imageBytes(mebibyte);
    const at = async (level?: number): Promise<Buffer> => {
      const sink = memorySink();
      await writeGzip(overlayOf(bytes), sink, { ...quietly, level });
      return sink.bytes;
    };
    const one = await at(1);
    // Of one piece, only the block that ends it is another one.
    const expected = zlib.deflateRawSync(bytes, { level: 1, finishFlush: zlib.constants.Z_SYNC_FLUSH });
    expect(one.subarray(10, -10).equals(expected)).toBe(true);
    const best = await at(9);
    expect(best.length).toBeLessThan(one.length);
    expect(zlib.gunzipSync(best).equals(bytes)).toBe(true);
    expect((await at(6)).equals(await at())).toBe(true);
  });

  it('is the same every time, and says neither name nor time', async () => {
    const bytes = imageBytes(5 * mebibyte);
    const one = await gzip(bytes);
    expect(one.equals(await gzip(bytes))).toBe(true);
    expect(one.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
  });

  it('costs next to nothing where there are zeros', async () => {
    expect((await gzip(new Uint8Array(64 * mebibyte))).length).toBeLessThan(70_000);
  });

  it('is fine with other people', async ({ skip }) => {
    const bytes = imageBytes(7 * mebibyte + 1);
    const file = path.join(directory, 'image.img.gz');
    await writeFile(file, await gzip(bytes));
    const asked = ask([
      { tool: 'gzip', args: ['-t', file] },
      { tool: '7z', args: ['t', file] },
    ]);
    const read = judge('python3', ['-c', python('gzip.open(sys.argv[1])'), file]);
    if (read) expect(read.output.trim()).toBe(createHash('sha256').update(bytes).digest('hex'));
    if (asked.length === 0 && !read) skip('neither gzip, 7z nor python3 is installed');
  });
});
