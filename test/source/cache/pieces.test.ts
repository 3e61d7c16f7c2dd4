import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clearCache } from '../../../src/source/cache/clear.ts';
import { listCache } from '../../../src/source/cache/contents.ts';
import { cacheLayout } from '../../../src/source/cache/layout.ts';
import { pieceStore } from '../../../src/source/cache/pieces.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const root = temporaryDirectory();
const base = 'ab'.repeat(32);
const code = { bytes: Buffer.from('compressed'), figure: 0xfedcba98 };
const layoutOf = (name: string) => cacheLayout(path.join(root, name));

describe('the pieces of a base image', () => {
  it('come back as they were kept, under their base and name only', async () => {
    const layout = layoutOf('kept');
    const store = pieceStore(layout, { base, reserve: 0 });
    expect(await store.read('xz-6-0-100')).toBeUndefined();
    await store.write('xz-6-0-100', code);
    expect(await store.read('xz-6-0-100')).toEqual(code);
    expect(await store.read('xz-6-0-200')).toBeUndefined();
    expect(
      await pieceStore(layout, { base: 'cd'.repeat(32), reserve: 0 }).read('xz-6-0-100'),
    ).toBeUndefined();
    const file = path.join(layout.pieces, base, 'xz-6-0-100.piece');
    if (process.platform !== 'win32') expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(layout.drafts)).toEqual([]);
  });

  it.each([
    ['bent', (bytes: Buffer) => bytes.fill(0, 3, 4)],
    ['bent at its end', (bytes: Buffer) => bytes.fill(0, bytes.length - 1)],
    ['cut', (bytes: Buffer) => bytes.subarray(0, 30)],
    ['empty', (bytes: Buffer) => bytes.subarray(0, 0)],
  ])('are not taken when they are %s', async (what, damage) => {
    const layout = layoutOf(what);
    const store = pieceStore(layout, { base, reserve: 0 });
    await store.write('a', code);
    const file = path.join(layout.pieces, base, 'a.piece');
    fs.writeFileSync(file, damage(fs.readFileSync(file)));
    expect(await store.read('a')).toBeUndefined();
    await store.write('a', code);
    expect(await store.read('a')).toEqual(code);
  });

  it('are not kept where room is short, or nothing can be written', async () => {
    const short = pieceStore(layoutOf('short'), { base, reserve: Number.MAX_SAFE_INTEGER });
    await short.write('a', code);
    expect(await short.read('a')).toBeUndefined();

    fs.writeFileSync(path.join(root, 'file'), '');
    const impossible = pieceStore(layoutOf('file/cache'), { base, reserve: 0 });
    await impossible.write('a', code);
    expect(await impossible.read('a')).toBeUndefined();
  });

  it('are listed together, and cleared with what lies beside them left alone', async () => {
    const layout = layoutOf('cleared');
    await pieceStore(layout, { base, reserve: 0 }).write('a', code);
    await pieceStore(layout, { base: 'cd'.repeat(32), reserve: 0 }).write('b', code);
    expect(await listCache(layout)).toMatchObject([{ kind: 'pieces', count: 2, name: 'compressed pieces' }]);
    fs.writeFileSync(path.join(layout.pieces, base, 'mine.txt'), 'mine');
    const { removed } = await clearCache(layout, 100);
    expect(removed).toMatchObject([{ kind: 'pieces', count: 2 }]);
    expect(fs.readdirSync(layout.pieces)).toEqual([base]);
    expect(fs.readdirSync(path.join(layout.pieces, base))).toEqual(['mine.txt']);
  });
});
