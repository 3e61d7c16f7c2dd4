import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/build/randomness.ts';
import { builtInCustomizations } from '../../src/customizations/index.ts';
import { readFacts } from '../../src/image/facts/read-facts.ts';
import type { Tree } from '../../src/model/tree.ts';
import { applyPlan } from '../../src/plan/apply.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { resolveSecrets } from '../../src/spec/secrets.ts';
import { osTrees } from '../fixtures/os-trees.ts';
import { lintTree, now, type TreeName } from './context.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3TZYAEvGXlMuUPFzIlBw7NfCyuhLyyZJXIvDu1mMZd me@desk';
const secret = { env: 'ANY' };

async function build(tree: Tree, written: object): Promise<void> {
  const { settings } = parseSpec({ image: 'demo', ...written }, builtInCustomizations);
  await resolveSecrets(settings, async () => 'correct horse');
  const plan = makePlan({
    os: readFacts(tree),
    customizations: builtInCustomizations,
    settings,
    now,
    random: randomFrom('test'),
    input: () => {
      throw new Error('no files are needed');
    },
  });
  applyPlan(plan, tree);
}

const rulesFor = (tree: Tree) => [
  ...new Set(lintTree(tree).findings.map(({ level, rule }) => `${level} ${rule}`)),
];

describe.each(Object.keys(osTrees) as TreeName[])('what pi-image makes of %s', (name) => {
  it('has no fault, whatever was asked for, and the leaks that were asked for', async () => {
    const tree = osTrees[name]();
    await build(tree, {
      hostname: 'kitchen',
      user: { name: 'cook', password: secret },
      wifi: { country: 'GB', networks: [{ ssid: 'MyNet', password: secret }] },
      ssh: { keys: [key] },
      timezone: 'Europe/London',
    });
    expect(rulesFor(tree)).toEqual(['note wifi-secrets', 'note authorized-keys']);
  });

  it('has nothing to find when nothing secret was asked for', async () => {
    const tree = osTrees[name]();
    await build(tree, { hostname: 'kitchen', user: { password: secret } });
    expect(rulesFor(tree)).toEqual([]);
  });
});
