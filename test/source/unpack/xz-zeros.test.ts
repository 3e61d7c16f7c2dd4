import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileChunks } from '../../../src/source/file-chunks.ts';
import type { DecodeContext } from '../../../src/source/unpack/decoder.ts';
import { decodeXz } from '../../../src/source/unpack/xz.ts';
import { findZeros, withoutZeros } from '../../../src/source/unpack/xz-zeros.ts';
import { hasTool } from '../../fixtures/judge.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';
import { xz } from '../../fixtures/xz.ts';

const folder = temporaryDirectory();
let count = 0;
const blockSize = 2 ** 20;
const zeros = Buffer.alloc(blockSize);
const ones = Buffer.alloc(blockSize, 0xff);
const noise = Buffer.concat([randomBytes(50_000), Buffer.alloc(blockSize - 50_000)]);
/** Zeros, but for their end. */
const nearly = Buffer.concat([zeros.subarray(1), Buffer.of(1)]);

const tool: DecodeContext = { subject: 'the archive', environment: { PATH: process.env['PATH'] } };
const noTool: DecodeContext = { subject: 'the archive', environment: {} };

const pack = (image: Uint8Array, ...args: string[]): Buffer =>
  xz(image, '--threads=2', `--block-size=${blockSize}`, ...args);

function fileOf(archive: Uint8Array): string {
  const file = path.join(folder, `${count++}.img.xz`);
  writeFileSync(file, archive);
  return file;
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

function unpacked(file: string, context = tool): Promise<Buffer> {
  return collect(decodeXz(fileChunks(file, context), { ...context, file }));
}

/** Which blocks of an image are found to be zeros. */
async function foundIn(archive: Uint8Array): Promise<readonly number[] | undefined> {
  const found = await findZeros(fileOf(archive), decodeXz, tool);
  return found?.zeros.map(({ position }) => position / blockSize);
}

describe.runIf(hasTool('xz'))('blocks of zeros in an .xz file', () => {
  it.each([
    ['in the middle', [noise, zeros, zeros, ones, zeros, noise], [1, 2, 4]],
    ['at both ends', [zeros, zeros, noise, zeros], [0, 1, 3]],
    ['before a shorter one', [noise, zeros, zeros, zeros.subarray(7)], [1, 2]],
    ['and nothing else', [zeros, zeros], [0, 1]],
  ])('%s are left out, and there again', async (_where, pieces, expected) => {
    const image = Buffer.concat(pieces);
    const archive = pack(image);
    const file = fileOf(archive);
    expect(await foundIn(archive)).toEqual(expected);
    for (const context of [tool, noTool]) expect((await unpacked(file, context)).equals(image)).toBe(true);
  });

  it.each(['crc32', 'crc64', 'sha256', 'none'])(
    'are left out of a stream with the check %s',
    async (check) => {
      const image = Buffer.concat([noise, zeros, noise, zeros]);
      const file = fileOf(pack(image, `--check=${check}`));
      const blocks = await findZeros(file, decodeXz, tool);
      if (!blocks) throw new Error('they are not found');
      const rest = await collect(withoutZeros(fileChunks(file, tool), blocks));
      expect(xz(rest, '--decompress').equals(Buffer.concat([noise, noise]))).toBe(true);
      expect((await unpacked(file)).equals(image)).toBe(true);
    },
  );

  it.each([
    ['a single one', pack(Buffer.concat([noise, zeros]))],
    ['blocks that are alike, but of ones', pack(Buffer.concat([ones, ones, noise]))],
    ['blocks that are alike, but for their end', pack(Buffer.concat([nearly, nearly]))],
    ['one in each of two streams', Buffer.concat([pack(zeros), pack(zeros)])],
    ['an archive without any', pack(noise)],
    ['an archive that is cut off', pack(Buffer.concat([zeros, zeros])).subarray(0, -1)],
    ['something else', randomBytes(1000)],
  ])('are not taken to be there in %s', async (_what, archive) => {
    expect(await foundIn(archive)).toBeUndefined();
  });

  it('do not hide damage, neither in them nor beside them', async () => {
    const archive = pack(Buffer.concat([noise, zeros, zeros, noise]));
    const found = await findZeros(fileOf(archive), decodeXz, tool);
    for (const block of [...(found?.zeros ?? []), ...(found?.others ?? [])]) {
      const damaged = Buffer.from(archive);
      const at = block.offset + Math.floor(block.unpaddedSize / 2);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
      await expect(unpacked(fileOf(damaged))).rejects.toMatchObject({ code: 'source.archive' });
    }
    expect(found?.zeros).toHaveLength(2);
  });

  it('do not hide that all of them are damaged in the same way', async () => {
    const archive = pack(Buffer.concat([zeros, zeros, noise]));
    const found = await findZeros(fileOf(archive), decodeXz, tool);
    for (const { offset, unpaddedSize } of found?.zeros ?? []) {
      // In the check of their data.
      archive.writeUInt8(archive.readUInt8(offset + unpaddedSize - 1) ^ 1, offset + unpaddedSize - 1);
    }
    expect(await foundIn(archive)).toBeUndefined();
    await expect(unpacked(fileOf(archive))).rejects.toMatchObject({ code: 'source.archive' });
  });

  it('end when the work is given up', async () => {
    const file = fileOf(pack(Buffer.concat([zeros, zeros, noise])));
    const context = { ...tool, signal: AbortSignal.abort(new Error('given up')) };
    await expect(unpacked(file, context)).rejects.toThrow('given up');
  });
});
