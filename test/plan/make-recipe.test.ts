import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/build/randomness.ts';
import { builtInCustomizations } from '../../src/customizations/index.ts';
import { type Edit, write } from '../../src/model/edit.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Tree } from '../../src/model/tree.ts';
import { applyPlan } from '../../src/plan/apply.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { type RecipeInputs, withRecipe } from '../../src/plan/make-recipe.ts';
import { readRecipe } from '../../src/plan/read-recipe.ts';
import { mostChanges, mostRuns, type RecipeRun, recipePath, recipeSchema } from '../../src/plan/recipe.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { redactedConfig } from '../../src/spec/redacted-config.ts';
import { resolveSecrets } from '../../src/spec/secrets.ts';
import { buildTime, changedBy } from '../customizations/harness.ts';
import { busterLite, factsOf, osTrees } from '../fixtures/os-trees.ts';

const canary = 'Kanarie-9217';
const wanted = {
  hostname: 'kitchen',
  user: { name: 'cook', password: canary },
  wifi: { country: 'GB', networks: [{ ssid: 'MyNet', password: canary }] },
  'first-boot': { notify: `https://example.org/${canary}`, script: `echo ${canary}` },
  files: [{ target: '/etc/secret', content: canary, mode: '0640', owner: 'root:adm', sensitive: true }],
  cmdline: { add: ['quiet'] },
  packages: ['vim'],
};

function inputsFor(written: object, more: Partial<RecipeInputs> = {}): RecipeInputs {
  const shown = redactedConfig(written, {
    customizations: builtInCustomizations,
    directory: '/home/bob',
    hideContents: true,
  });
  return {
    kind: 'build',
    tool: { name: 'pi-image', version: '1.2.3' },
    base: { name: 'stock', sha256: 'a'.repeat(64) },
    ...shown,
    customizations: builtInCustomizations.map(({ name }) => name),
    earlier: [],
    ...more,
  };
}

async function planFor(tree: Tree, written: object): Promise<Plan> {
  const { settings } = parseSpec(written, builtInCustomizations);
  await resolveSecrets(settings, async () => canary);
  return makePlan({
    os: factsOf(tree),
    customizations: builtInCustomizations,
    settings,
    now: buildTime,
    random: randomFrom('test'),
    input: () => {
      throw new Error('no files are needed');
    },
  });
}

const textIn = ({ edits }: Plan): string => {
  const edit = edits.at(-1);
  if (edit?.kind !== 'write' || typeof edit.content !== 'string') throw new Error('the last edit is no text');
  return edit.content;
};
const runsIn = (plan: Plan): readonly RecipeRun[] => recipeSchema.parse(JSON.parse(textIn(plan))).runs;
const runIn = (plan: Plan): RecipeRun | undefined => runsIn(plan).at(-1);

const planOf = (edits: readonly Edit[]): Plan => ({
  version: 1,
  os: factsOf(busterLite()),
  edits,
  preconditions: [],
  firstBoot: [],
  preloads: [],
  advice: [],
  hostname: 'x',
  sensitive: false,
});

describe.each(Object.entries(osTrees))('the recipe of a build of %s', (_name, make) => {
  it('is one more file of the image, which says what was asked for and done, and no secret', async () => {
    const plan = await planFor(make(), wanted);
    const tree = make();
    const without = changedBy(tree, () => applyPlan(plan, tree));
    const other = make();
    const recorded = withRecipe(plan, inputsFor(wanted));
    const changed = changedBy(other, () => applyPlan(recorded, other));
    expect(changed).toEqual({ ...without, [recipePath]: '+ 0644 0:0' });
    expect(textIn(recorded)).not.toContain(canary);
    const [run, ...others] = readRecipe(other)?.runs ?? [];
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      kind: 'build',
      tool: { name: 'pi-image', version: '1.2.3' },
      base: { name: 'stock', sha256: 'a'.repeat(64) },
      settings: { hostname: 'kitchen', user: { name: 'cook', password: '(hidden)' }, packages: ['vim'] },
      hidden: [
        'user.password',
        'wifi.networks.0.password',
        'first-boot.script',
        'first-boot.notify',
        'files.0.content',
      ],
    });
    expect(run?.changes.map(({ path }) => path)).toEqual([...new Set(plan.edits.map(({ path }) => path))]);
    expect(run?.changes).toContainEqual({
      path: '/etc/secret',
      action: 'write',
      from: ['files'],
      mode: '0640',
      owner: 'root:adm',
      hidden: true,
    });
    expect(run?.firstBoot.map(({ name }) => name)).toEqual(plan.firstBoot.map(({ name }) => name));
    expect(run?.customizations).toEqual(expect.arrayContaining(['ssh', 'docker', 'packages', 'wifi']));
    expect(run?.customizations).not.toContain('timezone');
  });
});

describe('withRecipe', () => {
  it('tells the time only when it is given', () => {
    const plan = planOf([]);
    expect(runIn(withRecipe(plan, inputsFor({})))).not.toHaveProperty('time');
    expect(runIn(withRecipe(plan, inputsFor({}, { time: buildTime })))?.time).toBe(buildTime.toISOString());
  });

  it('says a path once, with all that had a part in it', () => {
    const edits: Edit[] = [
      { kind: 'write', path: '/a', content: 'x', mode: 0o600, from: 'one' },
      { kind: 'change', path: '/a', change: { op: 'words', add: ['y'] }, ifMissing: 'fail', from: 'two' },
      { kind: 'link', path: '/b', target: '/a', from: 'one' },
      { kind: 'move', path: '/c', to: '/d', from: 'one' },
      { kind: 'remove', path: '/e', from: 'one' },
      { kind: 'directory', path: '/f', mode: 0o1777, owner: { user: 1, group: 'adm' }, from: 'one' },
    ];
    expect(runIn(withRecipe(planOf(edits), inputsFor({})))?.changes).toEqual([
      { path: '/a', action: 'write', from: ['one', 'two'], mode: '0600' },
      { path: '/b', action: 'link', from: ['one'], target: '/a' },
      { path: '/c', action: 'move', from: ['one'], to: '/d' },
      { path: '/e', action: 'remove', from: ['one'] },
      { path: '/f', action: 'directory', from: ['one'], mode: '1777', owner: '1:adm' },
    ]);
  });

  it('stays small: counts the paths of a large folder, and leaves endless settings out', () => {
    const edits = Array.from(
      { length: mostChanges + 7 },
      (_, index): Edit => ({ ...write(`/srv/${index}`, 'x'), from: 'files' }),
    );
    const many = runIn(withRecipe(planOf(edits), inputsFor({})));
    expect([many?.changes.length, many?.moreChanges]).toEqual([mostChanges, 7]);
    const packages = Array.from({ length: 50_000 }, (_, index) => `package-${index}`);
    const long = runIn(withRecipe(planOf([]), inputsFor({ packages })));
    expect(long).toMatchObject({ hidden: [], customizations: ['packages'] });
    expect(long).not.toHaveProperty('settings');
  });

  it('keeps what was done before, the last runs of it', () => {
    let plan = planOf([]);
    for (let count = 0; count < mostRuns + 3; count++) {
      const earlier = count === 0 ? [] : runsIn(plan);
      plan = withRecipe(planOf([]), inputsFor({ hostname: `pi-${count}` }, { earlier }));
    }
    expect(runsIn(plan).map(({ settings }) => settings?.['hostname'])).toEqual(
      Array.from({ length: mostRuns }, (_, index) => `pi-${index + 3}`),
    );
  });

  it('leaves a recipe of the user alone', () => {
    const own = planOf([{ ...write(recipePath, 'mine'), from: 'files' }]);
    expect(withRecipe(own, inputsFor({}))).toBe(own);
  });
});
