import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivedBlocks, fitLayoutOf, surveyArchive } from '../../src/source/archive-blocks.ts';
import { ArrivingBlocks } from '../../src/source/arriving-blocks.ts';
import { imageServer } from '../fixtures/image-server.ts';
import { hasTool } from '../fixtures/judge.ts';
import { obtaining, sha256Of } from '../fixtures/obtaining.ts';
import { cuts, inPieces } from '../fixtures/pieces.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { xz } from '../fixtures/xz.ts';
import { imageBytes } from '../output/contents.ts';

const directory = temporaryDirectory();
const mebibyte = 2 ** 20;

function fileWith(bytes: Uint8Array): string {
  const file = path.join(mkdtempSync(path.join(directory, 'archive-')), 'kitchen.img.xz');
  writeFileSync(file, bytes);
  return file;
}

async function arrived(archive: Uint8Array, lengths: readonly number[] = [65_536]) {
  const blocks = new ArrivingBlocks();
  for await (const piece of inPieces(archive, ...lengths)) blocks.update(piece);
  return blocks.found;
}

describe.runIf(hasTool('xz'))('the blocks of an archive that arrives', () => {
  const image = imageBytes(1.5 * mebibyte);
  const grid = ['--threads=2', '--check=crc64', `--block-size=${mebibyte / 2}`];
  const archive = xz(image, ...grid);

  it('have the digests that reading it again gives, whatever its pieces', async () => {
    const file = fileWith(archive);
    const layout = await fitLayoutOf(file);
    const { blocks } = await surveyArchive(file, { subject: file });
    if (!layout || !blocks) throw new Error('they are not found');
    await fc.assert(
      fc.asyncProperty(cuts, async (lengths) => {
        expect(arrivedBlocks(layout, await arrived(archive, lengths))).toEqual(blocks);
      }),
      { numRuns: 20 },
    );
  });

  it('are not all there when it is cut', async () => {
    const layout = await fitLayoutOf(fileWith(archive));
    const last = layout?.blocks.at(-1)?.offset ?? 0;
    if (!layout) throw new Error('it has no layout');
    expect(await arrived(archive.subarray(0, last + 100))).toHaveLength(2);
    expect(arrivedBlocks(layout, await arrived(archive.subarray(0, last + 100)))).toBeUndefined();
  });

  it.each<[string, Uint8Array]>([
    ['have another check', xz(image, '--threads=2', '--check=crc32', `--block-size=${mebibyte / 2}`)],
    ['do not tell their sizes', xz(image, '--threads=1', '--check=crc64')],
    ['are none', Buffer.from('PK\x03\x04 and so on')],
    ['have a damaged header', Buffer.from(archive).fill(0xff, 16, 18)],
    [
      'are of a length beyond all numbers',
      Buffer.concat([archive.subarray(0, 12), Buffer.alloc(2000, 0xff)]),
    ],
  ])('are not looked for when they %s', async (_what, bytes) => {
    expect(await arrived(bytes)).toEqual([]);
  });

  it('never break whatever comes', async () => {
    const start = Buffer.from(archive.subarray(0, 12));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), cuts, async (bytes, lengths) => {
        for (const one of [bytes, Buffer.concat([start, bytes])]) {
          expect(await arrived(one, lengths)).toEqual(await arrived(one));
        }
      }),
    );
  });

  it('of several streams are found by reading it once more', async () => {
    const body = Buffer.concat([archive, archive]);
    expect(await arrived(body)).toHaveLength(3);
    const server = await imageServer({ body });
    const { run } = obtaining(path.join(directory, 'streams'));
    const base = await run(server.url.href, { sha256: sha256Of(body) });
    expect(base.archive?.blocks).toHaveLength(6);
    const { blocks } = await surveyArchive(fileWith(body), { subject: 'it' });
    expect(base.archive?.blocks).toEqual(blocks);
  });
});
