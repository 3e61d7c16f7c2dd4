import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../src/lint/index.ts';
import type { Rule } from '../../src/lint/rule.ts';
import { apply, cleanTree, contextOf, lintTree, places } from './context.ts';
import { innocents, seeds } from './corpus/index.ts';

const titled = <T extends { rule: string; what: string }>(all: readonly T[]) =>
  all.map((one) => [one.rule, one.what, one] as const);

function ruleOf(id: string): Rule {
  const rule = builtInRules.find((one) => one.id === id);
  if (!rule) throw new Error(`no rule ${id}`);
  return rule;
}

/** Room and times of change are not in a file: see volumes.test.ts. */
const testedElsewhere = ['free-space', 'keyboard-cache'];

describe('the corpus', () => {
  it('has a fault for every rule', () => {
    const covered = new Set(seeds.map(({ rule }) => rule));
    const others = builtInRules.map(({ id }) => id).filter((id) => !covered.has(id));
    expect(others).toEqual(testedElsewhere);
  });

  it.each(titled(seeds))(
    '%s: %s',
    (_rule, _what, { rule, on = 'buster-lite', seed, finds, also = [], given }) => {
      const tree = cleanTree(on);
      seed(tree);
      const { findings } = lintTree(tree, {}, given);
      expect(places(findings.filter((one) => one.rule === rule))).toEqual(finds);
      expect([...new Set(findings.map((one) => one.rule))].sort()).toEqual([rule, ...also].sort());
    },
  );

  it.each(titled(innocents))('%s: not for %s', (_rule, _what, { on = 'buster-lite', seed, given }) => {
    const tree = cleanTree(on);
    seed(tree);
    expect(lintTree(tree, { public: true }, given).findings).toEqual([]);
  });
});

describe('mending', () => {
  it('is tested for every rule that offers it', () => {
    const tested = new Set(seeds.filter(({ leaves }) => leaves !== undefined).map(({ rule }) => rule));
    const offered = builtInRules.filter(({ mend }) => mend !== undefined).map(({ id }) => id);
    expect(offered.filter((id) => !tested.has(id))).toEqual(['keyboard-cache']);
  });

  const mended = seeds.filter(({ leaves }) => leaves !== undefined);
  it.each(titled(mended))('%s: %s', (_rule, _what, { rule: id, on = 'buster-lite', seed, leaves, given }) => {
    const tree = cleanTree(on);
    seed(tree);
    const rule = ruleOf(id);
    const before = new Set(lintTree(tree, {}, given).findings.map((one) => one.rule));
    apply(tree, rule.mend?.(contextOf(tree, given)) ?? []);
    expect(places(rule.check(contextOf(tree, given)))).toEqual(leaves);
    expect(lintTree(tree, {}, given).findings.filter((one) => !before.has(one.rule))).toEqual([]);
    // Once is enough: what is left over cannot be mended.
    expect(rule.mend?.(contextOf(tree, given))).toEqual([]);
  });

  it.each(Object.keys({ 'buster-lite': 1, 'bookworm-desktop': 1, 'trixie-lite': 1 } as const))(
    'asks for nothing on a clean %s',
    (name) => {
      const context = contextOf(cleanTree(name as 'buster-lite'));
      expect(builtInRules.flatMap((rule) => rule.mend?.(context) ?? [])).toEqual([]);
    },
  );
});
