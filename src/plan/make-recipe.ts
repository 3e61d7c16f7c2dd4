import { type Edit, write } from '../model/edit.ts';
import type { Plan } from '../model/plan.ts';
import {
  mostChanges,
  mostRuns,
  type Recipe,
  type RecipeChange,
  type RecipeRun,
  recipePath,
} from './recipe.ts';

/** What a recipe says besides what stands in the plan. */
export interface RecipeInputs extends Pick<RecipeRun, 'kind' | 'tool' | 'base'> {
  /** Redacted, as in pi-image.yaml. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Dotted places of what is hidden in them. */
  readonly hidden: readonly string[];
  /** Only when it was given, by SOURCE_DATE_EPOCH. */
  readonly time?: Date;
  /** Names of all customizations, in order. */
  readonly customizations: readonly string[];
  /** What was done to the base before. */
  readonly earlier: readonly RecipeRun[];
}

/** Characters of settings that a recipe takes in. */
const longestSettings = 256 * 1024;

/**
 * The plan with the edit that tells in the image itself what was done to it. Pure, and without anything that differs
 * between two builds of the same settings. A recipe of the user's own stays.
 */
export function withRecipe(plan: Plan, inputs: RecipeInputs): Plan {
  if (plan.edits.some(({ path }) => path === recipePath)) return plan;
  const recipe: Recipe = {
    version: 1,
    runs: [...inputs.earlier, runOf(plan, inputs)].slice(-mostRuns),
  };
  const edit = write(recipePath, `${JSON.stringify(recipe, undefined, 2)}\n`, { mode: 0o644 });
  return { ...plan, edits: [...plan.edits, { ...edit, from: 'recipe' }] };
}

function runOf(plan: Plan, inputs: RecipeInputs): RecipeRun {
  const { kind, tool, base, hidden, settings, time, customizations } = inputs;
  const changes = changesOf(plan.edits);
  const isLong = JSON.stringify(settings).length > longestSettings;
  const active = new Set([
    ...Object.keys(settings),
    ...[...plan.edits, ...plan.preloads].map(({ from }) => from),
  ]);
  return {
    kind,
    tool,
    ...(time && { time: time.toISOString() }),
    base,
    ...(!isLong && { settings }),
    hidden: isLong ? [] : [...hidden],
    customizations: customizations.filter((name) => active.has(name)),
    firstBoot: plan.firstBoot.map(({ name, title }) => ({ name, title })),
    changes: changes.slice(0, mostChanges),
    ...(changes.length > mostChanges && { moreChanges: changes.length - mostChanges }),
  };
}

/** One for each path, in the order in which they are first touched. */
function changesOf(edits: readonly Edit[]): readonly RecipeChange[] {
  const byPath = new Map<string, RecipeChange>();
  for (const edit of edits) {
    const old = byPath.get(edit.path);
    const from = [...new Set([...(old?.from ?? []), edit.from])];
    byPath.set(edit.path, { path: edit.path, action: edit.kind, ...old, from, ...detailsOf(edit) });
  }
  return [...byPath.values()];
}

function detailsOf(edit: Edit): Partial<RecipeChange> {
  const mode = 'mode' in edit ? edit.mode : undefined;
  const owner = 'owner' in edit ? edit.owner : undefined;
  return {
    ...(mode !== undefined && { mode: mode.toString(8).padStart(4, '0') }),
    ...(owner && { owner: `${owner.user}:${owner.group}` }),
    ...(edit.kind === 'link' && { target: edit.target }),
    ...(edit.kind === 'move' && { to: edit.to }),
    ...(edit.sensitive && { hidden: true as const }),
  };
}
