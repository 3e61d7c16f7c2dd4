import { describe, expect, it } from 'vitest';
import { osTrees } from '../fixtures/os-trees.ts';
import { cleanTree, lintTree, type TreeName } from './context.ts';

const names = Object.keys(osTrees) as TreeName[];
const brief = (tree: Parameters<typeof lintTree>[0], options = {}) =>
  lintTree(tree, options).findings.map(({ rule, path, line }) => [rule, `${path}:${line ?? ''}`]);

describe('images without a fault', () => {
  it.each(names)('%s: nothing is found', (name) => {
    expect(brief(cleanTree(name))).toEqual([]);
    expect(brief(cleanTree(name), { public: true })).toEqual([]);
  });

  it.each(names)('%s as it was released: only what time has done to it', (name) => {
    const aged = [
      ['apt-sources', '/etc/apt/sources.list:1'],
      ['fake-hwclock', '/etc/fake-hwclock.data:'],
    ];
    expect(brief(osTrees[name]())).toEqual(name.startsWith('buster') ? aged : []);
  });
});
