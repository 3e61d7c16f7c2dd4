import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { originalCodes } from '../../src/build/original-codes.ts';
import { surveyArchive } from '../../src/source/archive-blocks.ts';
import { clearCache } from '../../src/source/cache/clear.ts';
import { listCache } from '../../src/source/cache/contents.ts';
import { cacheLayout } from '../../src/source/cache/layout.ts';
import { streamEnd, streamHeader } from '../../src/xz/container.ts';
import { imageServer } from '../fixtures/image-server.ts';
import { hasTool } from '../fixtures/judge.ts';
import { obtaining, sha256Of } from '../fixtures/obtaining.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { xz } from '../fixtures/xz.ts';
import { imageBytes } from '../output/contents.ts';

const directory = temporaryDirectory();
const mebibyte = 2 ** 20;
const image = imageBytes(2.5 * mebibyte);
const grid = ['--threads=2', '--check=crc64', `--block-size=${mebibyte}`];

function fileWith(bytes: Uint8Array): string {
  const file = path.join(mkdtempSync(path.join(directory, 'archive-')), 'kitchen.img.xz');
  writeFileSync(file, bytes);
  return file;
}

const survey = (bytes: Uint8Array) => surveyArchive(fileWith(bytes), { subject: 'an archive' });

describe.runIf(hasTool('xz'))('the blocks of an archive', () => {
  it('are found with their digests', async () => {
    const archive = xz(image, ...grid);
    const { sha256, blocks } = await survey(archive);
    expect(sha256).toBe(sha256Of(archive));
    expect(blocks?.map(({ size }) => size)).toEqual([mebibyte, mebibyte, mebibyte / 2]);
    for (const { offset, length, sha256: digest } of blocks ?? []) {
      const bytes = archive.subarray(offset, offset + length);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
    }
  });

  it.each<[string, Uint8Array]>([
    ['have another check', xz(image, '--threads=2', '--check=crc32', `--block-size=${mebibyte}`)],
    ['do not tell their sizes', xz(image, '--threads=1', '--check=crc64', `--block-size=${mebibyte}`)],
    ['are too small', xz(image, '--threads=2', '--check=crc64', '--block-size=100000')],
    ['have another filter', xz(image, ...grid, '--x86', '--lzma2')],
    ['are cut off', xz(image, ...grid).subarray(0, -4)],
    ['are none', Buffer.from('no archive at all')],
  ])('are of no use when they %s', async (_what, archive) => {
    expect(await survey(archive)).toEqual({ sha256: sha256Of(archive) });
  });

  it('make the same image in a stream of ours', async () => {
    const archive = fileWith(xz(image, ...grid));
    const { blocks } = await surveyArchive(archive, { subject: archive });
    if (!blocks) throw new Error('they are not found');
    const codes = originalCodes({ archive: { path: archive, blocks } });
    const sizes = [mebibyte, mebibyte, mebibyte / 2];
    const taken = await Promise.all(
      sizes.map((length, index) => codes?.read({ position: index * mebibyte, length })),
    );
    const records = taken.map((code, index) => ({
      unpaddedSize: code?.figure ?? 0,
      size: sizes[index] ?? 0,
    }));
    const stream = [
      streamHeader,
      ...taken.map((code) => code?.bytes ?? new Uint8Array(0)),
      streamEnd(records),
    ];
    expect(xz(Buffer.concat(stream), '--decompress').equals(image)).toBe(true);

    for (const run of [
      { position: 4096, length: mebibyte },
      { position: 0, length: mebibyte / 2 },
      { position: 2 * mebibyte, length: mebibyte },
      { position: 3 * mebibyte, length: mebibyte },
    ]) {
      expect(await codes?.read(run)).toBeUndefined();
    }
  });

  it('count as none when the archive was changed, or is gone', async () => {
    const bytes = xz(image, ...grid);
    const archive = fileWith(bytes);
    const { blocks } = await surveyArchive(archive, { subject: archive });
    if (!blocks) throw new Error('they are not found');
    const codes = originalCodes({ archive: { path: archive, blocks } });
    writeFileSync(archive, bytes.fill(0, 100, 101));
    expect(await codes?.read({ position: 0, length: mebibyte })).toBeUndefined();
    expect(await codes?.read({ position: mebibyte, length: mebibyte })).toBeDefined();
    await rm(archive);
    expect(await codes?.read({ position: mebibyte, length: mebibyte })).toBeUndefined();
  });

  it('are known of a local archive, again and again', async () => {
    const archive = fileWith(xz(image, ...grid));
    const { run } = obtaining(path.join(directory, 'local'));
    for (const base of [await run(archive), await run(archive)]) {
      expect(base.archive).toMatchObject({ path: archive, blocks: [{ size: mebibyte }, {}, {}] });
    }
  });

  it('of a downloaded archive are kept with it, and cleared with it', async () => {
    const body = xz(image, ...grid);
    const server = await imageServer({ body });
    const cache = path.join(directory, 'downloaded');
    const { run } = obtaining(cache);
    const options = { sha256: sha256Of(body) };
    const base = await run(server.url.href, options);
    expect(base.archive?.blocks).toHaveLength(3);
    expect((await stat(base.archive?.path ?? '')).size).toBe(body.length);
    expect(await run(server.url.href, options)).toEqual(base);
    expect(server.requests).toHaveLength(1);
    const [item] = await listCache(cacheLayout(cache));
    expect(item?.bytes).toBeGreaterThan(body.length);
    await clearCache(cacheLayout(cache), 1000);
    expect(readdirSync(directory)).not.toContain('downloaded');
  });

  it('of a downloaded archive are not kept when they are of no use', async () => {
    const body = xz(image, '--threads=1', '--check=crc64');
    const server = await imageServer({ body });
    const { run } = obtaining(path.join(directory, 'useless'));
    const base = await run(server.url.href, { sha256: sha256Of(body) });
    expect(base.archive).toBeUndefined();
    expect(readdirSync(path.dirname(base.path)).sort()).toEqual(['entry.json', 'image.img']);
  });
});
