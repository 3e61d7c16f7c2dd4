import { createHash } from 'node:crypto';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readLayout, type XzLayout } from '../../src/xz/layout.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { hasTool } from '../fixtures/judge.ts';
import { xz } from '../fixtures/xz.ts';
import { cli, workFolder } from './cli.ts';

const env = { SOURCE_DATE_EPOCH: '1700000000' };
const blockSize = 5 * 2 ** 20;

test.runIf(hasTool('xz'))(
  'an .img.xz takes over the blocks of its base that no edit has touched',
  async () => {
    const cwd = await workFolder();
    const inside = (name: string) => path.join(cwd, name);
    // Of another preset than ours: what is taken over can be told from what was compressed again.
    const archive = xz(await rawDemo(), '-1', '--threads=2', '--check=crc64', `--block-size=${blockSize}`);
    writeFileSync(inside('base.img.xz'), archive);
    const build = async (output: string, ...args: string[]) => {
      const words = [
        'build',
        '--image',
        'base.img.xz',
        '--no-docker',
        '--hostname',
        'kitchen',
        '-o',
        output,
        ...args,
      ];
      expect(await cli(words, { cwd, env })).toMatchObject({ exitCode: 0 });
      return readFileSync(inside(output));
    };
    const first = await build('first.img.xz', '--verify', 'full');
    expect((await build('second.img.xz', '--cache-dir', 'another')).equals(first)).toBe(true);
    const kept = (await readdir(inside('another/pieces'), { recursive: true }))
      .filter((name) => path.basename(name).startsWith('xz-parts-'))
      .map((name) => path.join('another/pieces', name));
    expect(kept.length).toBeGreaterThan(0);
    expect((await build('later.img.xz', '--cache-dir', 'another')).equals(first)).toBe(true);
    for (const piece of kept) truncateSync(inside(piece), 1000);
    expect((await build('mended.img.xz', '--cache-dir', 'another')).equals(first)).toBe(true);
    for (const piece of kept) expect(statSync(inside(piece)).size).toBeGreaterThan(1000);

    const [theirs, ours] = [await blocksOf(archive), await blocksOf(first)];
    const taken = ours.filter((block) => theirs.includes(block));
    expect(taken.length).toBeGreaterThan(theirs.length / 2);
    expect(taken.length).toBeLessThan(theirs.length);
    // The others have edits put into them, and stay what they are besides.
    expect(ours).toHaveLength(theirs.length);
    expect(first.length).toBeLessThan(archive.length + 8192);

    // What a larger image has more comes behind the last of them.
    const grown = await blocksOf(await build('grown.img.xz', '--grow', '8M', '--verify', 'full'));
    expect(grown).toContain(theirs.at(-1));
    expect(grown.length).toBeGreaterThan(ours.length);
  },
);

/** Position and digest of each block. */
async function blocksOf(file: Buffer): Promise<string[]> {
  const read = async (position: number, length: number) => file.subarray(position, position + length);
  const { blocks }: XzLayout = await readLayout(read, file.length);
  return blocks.map(({ position, offset, unpaddedSize }) => {
    const bytes = file.subarray(offset, offset + unpaddedSize);
    return `${position} ${createHash('sha256').update(bytes).digest('hex')}`;
  });
}
