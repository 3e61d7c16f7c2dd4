import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { plan } from '../../src/build/build.ts';
import { packageVersion } from '../../src/content/package-version.ts';
import { openImage } from '../../src/image/open-image.ts';
import type { Plan } from '../../src/model/plan.ts';
import { recipePath } from '../../src/plan/recipe.ts';
import { imageDigest } from '../../src/source/image-digest.ts';
import { demoArchive, rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { put } from '../lint/context.ts';

const directory = temporaryDirectory();
const now = new Date('2024-05-06T07:08:10Z');
const options = { directory, cacheDirectory: path.join(directory, 'cache'), now };
const stock = path.join(directory, 'stock.img');

function recipeIn({ edits }: Plan) {
  const edit = edits.find((one) => one.path === recipePath);
  if (edit?.kind !== 'write' || typeof edit.content !== 'string') throw new Error('there is no recipe');
  return { text: edit.content, ...JSON.parse(edit.content) };
}

beforeAll(async () => {
  fs.writeFileSync(stock, await rawDemo());
  fs.writeFileSync(path.join(directory, 'packed.img.xz'), await demoArchive());
});

describe('what a build records', () => {
  it('is the tool with its version, and the base with the digest it came under', async () => {
    const base = { name: 'demo', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    const tool = { name: 'pi-image', version: packageVersion() };
    const recipe = recipeIn(await plan({ image: 'demo', hostname: 'a' }, options));
    expect(recipe.runs).toMatchObject([
      { kind: 'build', tool, base, settings: { image: 'demo', hostname: 'a' } },
    ]);
    const local = recipeIn(await plan({ image: 'packed.img.xz' }, options));
    expect(local.runs[0].base).toEqual({ ...base, name: 'packed' });
  });

  it('is the same whether or not the digest of a raw base has been computed before', async () => {
    const settings = { image: stock, hostname: 'a' };
    const before = recipeIn(await plan(settings, options));
    const base = { path: stock, title: 'stock', size: fs.statSync(stock).size };
    const sha256 = await imageDigest(base, { ...options, onEvent: undefined, signal: undefined });
    expect(recipeIn(await plan(settings, options))).toEqual(before);
    expect(before.runs[0].base).toEqual({ name: 'stock' });
    const pinned = recipeIn(await plan({ ...settings, sha256 }, options));
    expect(pinned.runs[0].base).toEqual({ name: 'stock', sha256 });
  });

  it('has the time only when that is asked for', async () => {
    const settings = { image: stock };
    const timeless = recipeIn(await plan(settings, { ...options, seed: 'x' }));
    expect(timeless.text).not.toContain('2024');
    const timed = recipeIn(await plan(settings, { ...options, recordTime: true }));
    expect(timed.runs[0].time).toBe(now.toISOString());
  });

  it('begins anew, and says so, where the base has a recipe that cannot be read', async () => {
    const bytes = Buffer.from(await rawDemo());
    const { tree } = await openImage(memoryDevice(bytes), { now: () => now });
    put(tree, recipePath, 'no\u001brecipe');
    tree.flush();
    fs.writeFileSync(path.join(directory, 'odd.img'), bytes);
    const made = await plan({ image: 'odd.img' }, options);
    expect(recipeIn(made).runs).toHaveLength(1);
    expect(made.advice).toContainEqual(expect.objectContaining({ id: 'recipe.unreadable', level: 'note' }));
  });
});
