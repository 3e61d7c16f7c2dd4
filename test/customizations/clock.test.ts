import { describe, expect, it } from 'vitest';
import { clock } from '../../src/customizations/clock.ts';
import { busterLite, factsOf, osTrees } from '../fixtures/os-trees.ts';
import { applied, contextFor } from './harness.ts';

const path = '/etc/fake-hwclock.data';

describe('clock', () => {
  it.each(Object.entries(osTrees))('starts %s at the time of the build, unasked', (_, makeTree) => {
    const tree = makeTree();
    expect(applied(clock, undefined, tree).changed).toEqual({ [path]: '~ 0644 0:0' });
    expect(tree.readText(path)).toBe('2026-11-24 12:00:00\n');
  });

  it('never sets it back behind the release', () => {
    const os = factsOf(busterLite());
    const at = (now: string) =>
      clock.contribute('build-time', { ...contextFor('clock', undefined, os), now: new Date(now) });
    expect(at('2021-05-06T23:59:59Z')).toEqual({});
    expect(at('2021-05-07T00:00:00Z').edits).toMatchObject([{ content: '2021-05-07 00:00:00\n' }]);
    expect(at('1970-01-01T00:00:00Z')).toEqual({});
  });

  it('does nothing where no such clock is', () => {
    const tree = busterLite();
    tree.remove(path);
    const { 'fake-hwclock': _, ...packages } = factsOf(tree).packages;
    expect(applied(clock, undefined, tree, { os: { ...factsOf(tree), packages } }).changed).toEqual({});
  });
});
