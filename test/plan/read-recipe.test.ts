import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../src/model/content.ts';
import type { Tree } from '../../src/model/tree.ts';
import { readRecipe } from '../../src/plan/read-recipe.ts';
import { largestRecipe, type Recipe, recipePath } from '../../src/plan/recipe.ts';
import { busterLite } from '../fixtures/os-trees.ts';

const recipe: Recipe = {
  version: 1,
  runs: [
    {
      kind: 'build',
      tool: { name: 'pi-image', version: '1.2.3' },
      base: { name: 'stock' },
      settings: { hostname: 'kitchen', files: [{ target: '/x', content: '(hidden)' }] },
      hidden: ['files.0.content'],
      customizations: ['hostname', 'files'],
      firstBoot: [],
      changes: [{ path: '/x', action: 'write', from: ['files'] }],
    },
  ],
};

function treeWith(content: string | Uint8Array): Tree {
  const tree = busterLite();
  tree.makeDirectory('/usr/lib/pi-image');
  tree.write(recipePath, bytesSource(Buffer.from(content as Uint8Array)));
  return tree;
}

const withRun = (more: object): string =>
  JSON.stringify({ ...recipe, runs: [{ ...recipe.runs[0], ...more }] });

const tower = (height: number): string => `${'['.repeat(height)}${']'.repeat(height)}`;

describe('readRecipe', () => {
  it('gives what is in the image, nothing where there is none, and passes over what a later version adds', () => {
    expect(readRecipe(treeWith(JSON.stringify(recipe)))).toEqual(recipe);
    expect(readRecipe(treeWith(withRun({ mood: 'good' })))).toEqual(recipe);
    expect(readRecipe(busterLite())).toBeUndefined();
  });

  it.each([
    ['nothing', '', /is not JSON/],
    ['no JSON', '{', /is not JSON/],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), /is not JSON/],
    ['another kind of JSON', '[]', /expected object/],
    ['no runs', '{"version":1,"runs":[]}', /runs/],
    ['too many runs', JSON.stringify({ version: 1, runs: Array(21).fill(recipe.runs[0]) }), /runs/],
    ['a wrong version', '{"version":"1","runs":[]}', /version/],
    ['an unknown kind', withRun({ kind: 'guess' }), /runs\.0\.kind/],
    ['an endless name', withRun({ base: { name: 'x'.repeat(10_000) } }), /runs\.0\.base\.name/],
    ['a wrong mode', withRun({ changes: [{ path: '/x', action: 'write', from: [], mode: '9' }] }), /mode/],
    ['deep settings', withRun({ settings: { a: 'TOWER' } }).replace('"TOWER"', tower(5000)), /deep/],
    ['a tower of brackets', '['.repeat(1_000_000), /is not JSON/],
    ['a deep tower', tower(1_000_000), /no recipe/],
    ['too much', Buffer.alloc(largestRecipe + 1, 0x20), /4194305 bytes/],
  ])('calls %s damaged, in a short message', (_what, content, says) => {
    expect(() => readRecipe(treeWith(content))).toThrow(
      expect.objectContaining({ code: 'image.damaged', message: expect.stringMatching(says) }),
    );
    expect(() => readRecipe(treeWith(content))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,500}$/s) }),
    );
  });

  it('calls what is no file damaged', () => {
    const tree = busterLite();
    tree.makeDirectory('/usr/lib/pi-image');
    tree.makeDirectory(recipePath);
    expect(() => readRecipe(tree)).toThrow(/is a directory/);
  });

  it('sends a recipe of a later version to a newer pi-image', () => {
    expect(() => readRecipe(treeWith('{"version":2}'))).toThrow(
      expect.objectContaining({ code: 'image.not-supported', help: 'use a newer pi-image' }),
    );
  });
});
