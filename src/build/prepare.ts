import { createHash } from 'node:crypto';
import path from 'node:path';
import { packageVersion } from '../content/package-version.ts';
import { builtInCustomizations } from '../customizations/index.ts';
import type { HostInput } from '../model/host-input.ts';
import type { Advice, Plan } from '../model/plan.ts';
import { makePlan } from '../plan/make-plan.ts';
import { checkPersonalization, requireRecipe } from '../plan/personalization.ts';
import { checkPreconditions } from '../plan/preconditions.ts';
import type { RecipeRun } from '../plan/recipe.ts';
import { parseSpec } from '../spec/parse.ts';
import { type RedactedConfig, redactedConfig } from '../spec/redacted-config.ts';
import { type ReadSecret, resolveSecrets } from '../spec/secrets.ts';
import type { Spec } from '../spec/spec.ts';
import { type BaseOptions, openBase } from './open-base.ts';
import type { Workbench } from './open-raw.ts';
import type { PlanOptions } from './options.ts';
import { randomFrom } from './randomness.ts';
import { inputsOf, readInputs } from './read-inputs.ts';
import { recorded } from './record.ts';

/** Settings that the schema has accepted. */
export interface CheckedSettings {
  readonly spec: Spec;
  /** The same as they may be shown to anybody. */
  readonly shown: RedactedConfig;
  /** What they are for. */
  readonly kind: RecipeRun['kind'];
}

/** A plan, and the opened image it was made for. */
export interface Planned extends Workbench {
  readonly plan: Plan;
}

export interface Prepared extends Planned {
  readonly spec: Spec;
}

/** Settings checked against the schema; nothing is read or opened for it. */
export function readSettings(settings: unknown, options: PlanOptions): CheckedSettings {
  const { customizations = builtInCustomizations } = options;
  return checked(settings, parseSpec(settings, customizations, options.locate), options);
}

/** Settings and what the schema made of them. */
export function checked(settings: unknown, spec: Spec, options: PlanOptions): CheckedSettings {
  const { customizations = builtInCustomizations } = options;
  const directory = path.resolve(options.directory ?? '.');
  const shown = redactedConfig(settings, { customizations, directory, hideContents: true });
  return { spec, shown, kind: 'build' };
}

/** Everything of a build up to the first edit: secrets read, base at hand, plan made. */
export async function prepare(
  request: CheckedSettings,
  options: PlanOptions & Pick<BaseOptions, 'copy' | 'side'>,
): Promise<Prepared> {
  const { spec } = request;
  const directory = options.directory ?? '.';
  await fillSecrets(spec, options);
  const input = await readInputs(spec, options);

  const workbench = await openBase({ ...spec, directory }, options);
  try {
    const started = performance.now();
    options.onEvent?.({ code: 'stage.started', stage: 'plan', subject: workbench.base.title });
    const plan = planFor(request, workbench, input, options);
    for (const advice of plan.advice) options.onEvent?.({ code: 'advice', ...advice });
    options.onEvent?.({ code: 'stage.finished', stage: 'plan', milliseconds: performance.now() - started });
    return { ...workbench, spec, plan };
  } catch (error) {
    workbench[Symbol.dispose]();
    throw error;
  }
}

/** The plan for an open image, which is found to have what the plan needs. */
export function planFor(
  { spec, shown, kind }: CheckedSettings,
  workbench: Workbench,
  input: (path: string) => HostInput,
  { customizations = builtInCustomizations, now = new Date(), seed, recordTime }: PlanOptions,
): Plan {
  const { os, tree } = workbench.image;
  const random = randomFrom(seed);
  const made = makePlan({ os, customizations, settings: spec.settings, now, random, input });
  const advice = kind === 'personalize' ? personalizationAdvice(made, workbench) : [];
  const plan = recorded({ ...made, advice: [...advice, ...made.advice] }, workbench, {
    kind,
    shown,
    customizations: customizations.map(({ name }) => name),
    baseIsPinned: spec.sha256 !== undefined,
    ...(recordTime && { time: now }),
  });
  checkPreconditions(plan, tree);
  return plan;
}

function personalizationAdvice(plan: Plan, { base, image: { tree } }: Workbench): readonly Advice[] {
  return checkPersonalization(plan, tree, {
    recipe: requireRecipe(tree, base.title),
    version: packageVersion(),
  });
}

/** Reads the secrets that the settings name. */
export function fillSecrets({ settings }: Spec, { secrets = refuseSecrets }: PlanOptions): Promise<void> {
  return resolveSecrets(settings, secrets);
}

/**
 * A seed that is the same for the same checked settings and build time; secrets have no part in it, nor where they came
 * from, nor where on this computer the files are that go into the image.
 */
export function seedFor(spec: Spec, now: Date, options: PlanOptions): string {
  const { customizations = builtInCustomizations, directory = '.' } = options;
  const inputs = new Set(inputsOf(spec, customizations));
  const portable = (_key: string, value: unknown): unknown =>
    typeof value === 'string' && inputs.has(value) ? placeIn(path.resolve(directory), value) : value;
  return createHash('sha256')
    .update(`${now.getTime()}\0${JSON.stringify(spec.settings, portable)}`)
    .digest('hex');
}

/** From the folder of the settings; of what lies outside of it the last name. */
function placeIn(directory: string, file: string): string {
  const relative = path.relative(directory, path.resolve(directory, file));
  const isOutside = relative.split(path.sep)[0] === '..' || path.isAbsolute(relative);
  return isOutside ? path.basename(file) : relative.split(path.sep).join('/');
}

const refuseSecrets: ReadSecret = async (_source, where) => {
  throw new Error(`no way to read the secret for ${where} was given: pass \`secrets\``);
};
