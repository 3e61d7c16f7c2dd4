import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/build/randomness.ts';
import type { Customization } from '../../src/customizations/customization.ts';
import { builtInCustomizations } from '../../src/customizations/index.ts';
import { bytesSource } from '../../src/model/content.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Tree } from '../../src/model/tree.ts';
import { applyPlan } from '../../src/plan/apply.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { checkPersonalization, requireRecipe, withoutDefaults } from '../../src/plan/personalization.ts';
import { type Recipe, recipePath } from '../../src/plan/recipe.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { resolveSecrets } from '../../src/spec/secrets.ts';
import { buildTime, changedBy } from '../customizations/harness.ts';
import { factsOf, osTrees } from '../fixtures/os-trees.ts';

const secret = { env: 'ANY' };
const quiet = withoutDefaults(builtInCustomizations);
const recipeBy = (version: string, name = 'pi-image'): Recipe => ({
  version: 1,
  runs: [
    {
      kind: 'build',
      tool: { name, version },
      base: { name: 'stock' },
      hidden: [],
      customizations: [],
      firstBoot: [],
      changes: [],
    },
  ],
});
const ours = { recipe: recipeBy('1.2.3'), version: '1.2.3' };

async function planFor(tree: Tree, written: object, customizations = quiet): Promise<Plan> {
  const { settings } = parseSpec(written, builtInCustomizations);
  await resolveSecrets(settings, async () => 'correct horse');
  return makePlan({
    os: factsOf(tree),
    customizations,
    settings,
    now: buildTime,
    random: randomFrom('test'),
    input: () => {
      throw new Error('no files are needed');
    },
  });
}

/** As a build leaves it, with all that builds do by default. */
async function built(make: () => Tree, written: object = { user: { password: secret } }): Promise<Tree> {
  const tree = make();
  applyPlan(await planFor(tree, written, builtInCustomizations), tree);
  return tree;
}

const stepsIn = (tree: Tree): Record<string, string | undefined> =>
  Object.fromEntries(
    tree
      .list('/usr/lib/pi-image/steps')
      .map(({ name }) => [name, tree.readText(`/usr/lib/pi-image/steps/${name}`)]),
  );

describe('withoutDefaults', () => {
  it('leaves all features, and nothing that they do unasked', async () => {
    expect(quiet.map(({ name }) => name)).toEqual(builtInCustomizations.map(({ name }) => name));
    for (const make of Object.values(osTrees)) {
      const { edits, firstBoot } = await planFor(make(), {});
      expect([edits, firstBoot]).toEqual([[], []]);
    }
  });

  it('takes the defaults of features of others too', () => {
    const own = { name: 'own', whenUnset: () => ({}) } as unknown as Customization;
    expect(withoutDefaults([own])).toEqual([{ name: 'own' }]);
  });
});

describe.each(Object.entries(osTrees))('personalizing what was built of %s', (_name, make) => {
  it('changes what is asked for, and leaves the steps that wait', async () => {
    const tree = await built(make);
    const steps = stepsIn(tree);
    const wanted = {
      hostname: 'kitchen',
      wifi: { country: 'GB', networks: [{ ssid: 'Home', password: secret }] },
    };
    const plan = await planFor(tree, wanted);
    expect(checkPersonalization(plan, tree, ours)).toEqual([]);
    const changed = changedBy(tree, () => applyPlan(plan, tree));
    // Folders on the way to a new file apart.
    const paths = Object.keys(changed).filter((path) => changed[path] !== '+ 0755 0:0 directory');
    expect(new Set(paths)).toEqual(new Set(plan.edits.map(({ path }) => path)));
    expect(new Set(plan.edits.map(({ from }) => from))).toEqual(new Set(['hostname', 'wifi']));
    expect(stepsIn(tree)).toEqual(steps);
  });

  it('adds a step beside those that wait', async () => {
    const tree = await built(make);
    const steps = stepsIn(tree);
    const plan = await planFor(tree, { packages: ['vim'] });
    expect(checkPersonalization(plan, tree, ours)).toEqual([]);
    applyPlan(plan, tree);
    expect(stepsIn(tree)).toMatchObject(steps);
    expect(Object.keys(stepsIn(tree))).toContain('50-packages');
  });

  it.each([
    ['packages', { packages: ['vim'] }, { packages: ['nano'] }, '50-packages'],
    ['a script', { 'first-boot': { script: 'true' } }, { 'first-boot': { script: 'false' } }, 'files/script'],
  ])('refuses other %s at the first boot than the image waits to run', async (_what, first, second, path) => {
    const tree = await built(make, { user: { password: secret }, ...first });
    expect(checkPersonalization(await planFor(tree, first), tree, ours)).toEqual([]);
    const plan = await planFor(tree, second);
    expect(() => checkPersonalization(plan, tree, ours)).toThrow(
      expect.objectContaining({ code: 'plan.conflict', message: expect.stringContaining(path) }),
    );
  });

  it('gives the account no name that a waiting step does not know', async () => {
    const tree = await built(make);
    const renamed = await planFor(tree, { user: { name: 'cook', password: secret } });
    expect(() => checkPersonalization(renamed, tree, ours)).toThrow(
      expect.objectContaining({ code: 'plan.unsuitable', message: expect.stringContaining('60-docker') }),
    );
    const same = await planFor(tree, { user: { password: secret } });
    expect(checkPersonalization(same, tree, ours)).toEqual([]);
    const without = await built(make, { user: { password: secret }, docker: { enabled: false } });
    expect(checkPersonalization(renamed, without, ours)).toEqual([]);
  });

  it('fetches nothing', async () => {
    const tree = await built(make);
    const plan = await planFor(tree, { containers: [{ image: 'nginx' }] });
    expect(() => checkPersonalization(plan, tree, ours)).toThrow(
      expect.objectContaining({ code: 'plan.unsuitable', message: expect.stringContaining('containers') }),
    );
  });

  it('warns of an image by a newer version, and puts no older programs into it', async () => {
    const tree = await built(make);
    const newer = { recipe: recipeBy('1.10.0'), version: '1.9.9' };
    const settings = await planFor(tree, { hostname: 'kitchen' });
    expect(checkPersonalization(settings, tree, newer)).toMatchObject([
      { level: 'warning', id: 'recipe.newer', message: expect.stringMatching(/1\.10\.0.*1\.9\.9/) },
    ]);
    const step = await planFor(tree, { packages: ['vim'] });
    expect(() => checkPersonalization(step, tree, newer)).toThrow(
      expect.objectContaining({ code: 'plan.unsuitable', help: 'use the newer pi-image' }),
    );
    expect(checkPersonalization(step, tree, { ...newer, version: '2.0.0' })).toEqual([]);
  });
});

describe('requireRecipe', () => {
  const treeWith = (recipe?: string): Tree => {
    const tree = osTrees['buster-lite']();
    if (recipe === undefined) return tree;
    tree.makeDirectory('/usr/lib/pi-image');
    tree.write(recipePath, bytesSource(Buffer.from(recipe)));
    return tree;
  };

  it('gives the recipe of an image that pi-image built', () => {
    expect(requireRecipe(treeWith(JSON.stringify(recipeBy('1.2.3'))), 'x')).toEqual(recipeBy('1.2.3'));
  });

  it.each([
    ['none', undefined, 'plan.precondition', /^my\.img was not built by pi-image: it has no recipe/],
    [
      'one of another program',
      JSON.stringify(recipeBy('1.2.3', 'x')),
      'plan.precondition',
      /another program/,
    ],
    ['what is none', 'x', 'image.damaged', /not JSON/],
    ['one of a later version', '{"version":2}', 'image.not-supported', /version 2/],
  ])('refuses %s', (_what, recipe, code, message) => {
    expect(() => requireRecipe(treeWith(recipe), 'my.img')).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
