import { countryCode } from '../customizations/countries.ts';
import { builtInCustomizations } from '../customizations/index.ts';
import { PiImageError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { requireRecipe, withoutDefaults } from '../plan/personalization.ts';
import type { Recipe } from '../plan/recipe.ts';
import { type BuildResult, buildChecked } from './build.ts';
import { lookInto } from './look-into.ts';
import type { BuildOptions, PlanOptions } from './options.ts';
import { type CheckedSettings, prepare, readSettings } from './prepare.ts';

export interface PersonalizationOptions extends PlanOptions {
  /** Country of the Wi-Fi where neither the settings nor those that the image was built with name one. */
  readonly country?: string;
}

export interface PersonalizeOptions extends PersonalizationOptions, Omit<BuildOptions, 'public' | 'output'> {
  /** File to write. The ending names the format. */
  readonly output: string;
}

/** What personalizing would do, without doing it. */
export async function planPersonalization(
  settings: unknown,
  options: PersonalizationOptions = {},
): Promise<Plan> {
  const quiet = asAsked(options);
  using prepared = await prepare(await checkedFor(settings, quiet), quiet);
  return prepared.plan;
}

/**
 * Makes a copy of an image that pi-image built – `image` of the settings, raw or compressed – in which only what the
 * settings ask for is different: nothing happens by default, and the first-boot steps that wait in it stay.
 * Whatever is wrong with the image is said before any secret is read.
 * @throws PiImageError `plan.precondition` for an image that pi-image did not build; otherwise as `build`
 */
export async function personalize(settings: unknown, options: PersonalizeOptions): Promise<BuildResult> {
  const quiet = { ...asAsked(options), public: false };
  return buildChecked(await checkedFor(settings, quiet), quiet);
}

function asAsked<Options extends PersonalizationOptions>(options: Options): Options {
  return { ...options, customizations: withoutDefaults(options.customizations ?? builtInCustomizations) };
}

async function checkedFor(settings: unknown, options: PersonalizationOptions): Promise<CheckedSettings> {
  const before = readSettings(settings, options);
  if (!isMap(settings) || settings['image'] === undefined) {
    throw new PiImageError('spec.invalid', 'which image is to be personalized is not said', {
      help: 'give `image`',
    });
  }
  if (Object.values(before.spec.settings).every((one) => one === undefined)) {
    throw new PiImageError('usage.invalid', 'nothing is asked for, so the image would stay as it is', {
      help: 'say what is to be different, such as --wifi NAME or --hostname NAME',
    });
  }
  const { image, sha256 } = before.spec;
  const directory = options.directory ?? '.';
  using opened = await lookInto({ image, directory, ...(sha256 !== undefined && { sha256 }) }, options);
  const recipe = requireRecipe(opened.image.tree, opened.base.title);
  const country = countryIn(recipe) ?? options.country;
  return { ...readSettings(withCountry(settings, country), options), kind: 'personalize' };
}

/** The one that the image was built with. */
function countryIn({ runs }: Recipe): string | undefined {
  const countries = runs.map(
    ({ settings }) => (settings?.['wifi'] as { country?: unknown } | undefined)?.country,
  );
  return countries.findLast((one) => typeof one === 'string' && countryCode(one) !== undefined) as
    | string
    | undefined;
}

function withCountry(settings: Readonly<Record<string, unknown>>, country: string | undefined): unknown {
  const { wifi } = settings;
  if (country === undefined || !isMap(wifi) || wifi['country'] !== undefined) return settings;
  return { ...settings, wifi: { ...wifi, country } };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
