import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeZst } from '../../src/output/zst.ts';
import { fileChunks } from '../../src/source/file-chunks.ts';
import { decoders } from '../../src/source/unpack/unpack.ts';
import { hasTool, judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { imageBytes, memorySink, overlayOf, quietly } from './contents.ts';
import { ask } from './judges.ts';

const directory = temporaryDirectory();
const mebibyte = 1 << 20;
const environment = { PATH: process.env['PATH'], ZSTD_CLEVEL: '1', ZSTD_NBTHREADS: '4' };
const options = { ...quietly, environment };

async function zst(bytes: Uint8Array): Promise<Buffer> {
  const sink = memorySink();
  await writeZst(overlayOf(bytes), sink, options);
  return sink.bytes;
}

const unzst = (bytes: Uint8Array): Buffer =>
  execFileSync('zstd', ['-q', '-d', '-c'], { input: bytes, maxBuffer: 2 ** 28 });

describe.skipIf(!hasTool('zstd'))('a .zst', () => {
  it.each([1, mebibyte - 1, 16 * mebibyte, 16 * mebibyte + 1, 33 * mebibyte + 12345])(
    'of %i bytes decompresses to what went in',
    async (size) => {
      const bytes = imageBytes(size);
      expect(unzst(await zst(bytes)).equals(bytes)).toBe(true);
    },
  );

  it('holds the changes of an overlay, in frames of their own', async () => {
    const bytes = imageBytes(40 * mebibyte);
    const overlay = overlayOf(bytes);
    overlay.writeFrom(Buffer.from('changed'), 20 * mebibyte - 3);
    const sink = memorySink();
    await writeZst(overlay, sink, options);
    const expected = Buffer.from(bytes);
    expected.write('changed', 20 * mebibyte - 3);
    expect(unzst(sink.bytes).equals(expected)).toBe(true);
    const plain = await zst(bytes);
    // The frame in front of the edited one is as it would be without the edit.
    const common = sink.bytes.findIndex((byte, index) => byte !== plain[index]);
    expect(common).toBeGreaterThan(plain.length / 10);
  });

  it('is the same every time, whatever zstd is told by the environment', async () => {
    const bytes = imageBytes(20 * mebibyte);
    const sink = memorySink();
    const { PATH } = environment;
    await writeZst(overlayOf(bytes), sink, { ...quietly, environment: { PATH } });
    expect(sink.bytes.equals(await zst(bytes))).toBe(true);
  });

  it('is compressed at the level that is asked for, by default at 9', async () => {
    const bytes = imageBytes(2 * mebibyte);
    const at = async (level: number): Promise<Buffer> => {
      const sink = memorySink();
      await writeZst(overlayOf(bytes), sink, { ...options, level });
      return sink.bytes;
    };
    const [fast, usual, small] = [await at(1), await at(9), await at(19)];
    expect(usual.equals(await zst(bytes))).toBe(true);
    expect(small.length).toBeLessThan(fast.length);
    for (const one of [fast, small]) expect(unzst(one).equals(bytes)).toBe(true);
  });

  it('costs next to nothing where there are zeros', async () => {
    expect((await zst(new Uint8Array(64 * mebibyte))).length).toBeLessThan(70_000);
  });

  it('is fine with other people, who see its size and its checksum', async () => {
    const bytes = imageBytes(18 * mebibyte + 1);
    const file = path.join(directory, 'image.img.zst');
    await writeFile(file, await zst(bytes));
    expect(ask([{ tool: 'zstd', args: ['-t', file] }])).toEqual(['zstd']);
    const listed = judge('zstd', ['-l', '-v', file])?.output;
    expect(listed).toMatch(/# Zstandard Frames: 2/);
    expect(listed).toContain(`${bytes.length} B`);
    expect(listed).toContain('XXH64');
  });

  it('is read again by what reads base images', async () => {
    const bytes = imageBytes(17 * mebibyte);
    const file = path.join(directory, 'base.img.zst');
    await writeFile(file, await zst(bytes));
    const read = createHash('sha256');
    const archive = fileChunks(file, { subject: file });
    for await (const piece of decoders.zst(archive, { subject: file, environment: {} })) read.update(piece);
    expect(read.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});

describe('a .zst without the program', () => {
  it('says what is missing', async () => {
    const sink = memorySink();
    const nowhere = { ...quietly, environment: { PATH: directory } };
    await expect(writeZst(overlayOf(imageBytes(10)), sink, nowhere)).rejects.toMatchObject({
      code: 'output.failed',
    });
  });
});
