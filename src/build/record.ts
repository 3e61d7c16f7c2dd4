import { packageVersion } from '../content/package-version.ts';
import { PiImageError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { withRecipe } from '../plan/make-recipe.ts';
import { readRecipe } from '../plan/read-recipe.ts';
import type { RecipeRun } from '../plan/recipe.ts';
import type { Base } from '../source/base.ts';
import type { RedactedConfig } from '../spec/redacted-config.ts';
import type { Workbench } from './open-raw.ts';

export interface RecordOptions {
  readonly kind: RecipeRun['kind'];
  readonly shown: RedactedConfig;
  /** Names of all customizations, in order. */
  readonly customizations: readonly string[];
  /** The user gave the digest of the base. */
  readonly baseIsPinned: boolean;
  readonly time?: Date;
}

/** The plan of a run, with the recipe that tells of it and of what was done to the base before. */
export function recorded(
  plan: Plan,
  { base, image }: Pick<Workbench, 'base' | 'image'>,
  options: RecordOptions,
): Plan {
  const { kind, shown, customizations, time } = options;
  const { runs, advice } = earlierRuns(image.tree);
  return withRecipe(
    { ...plan, advice: [...plan.advice, ...advice] },
    {
      kind,
      tool: { name: 'pi-image', version: packageVersion() },
      base: { name: base.name, ...baseDigest(base, options) },
      ...shown,
      customizations,
      earlier: runs,
      ...(time && { time }),
    },
  );
}

/** Of a raw file it is known only when somebody has computed it, so that the same build would not always give the same. */
function baseDigest({ format, sha256 }: Base, { baseIsPinned }: RecordOptions): { readonly sha256?: string } {
  return sha256 !== undefined && (format !== 'raw' || baseIsPinned) ? { sha256 } : {};
}

function earlierRuns(tree: Workbench['image']['tree']): {
  readonly runs: readonly RecipeRun[];
  readonly advice: Plan['advice'];
} {
  try {
    return { runs: readRecipe(tree)?.runs ?? [], advice: [] };
  } catch (error) {
    if (!PiImageError.is(error)) throw error;
    const message = `what was done to the base image before is not known: ${error.message}`;
    return { runs: [], advice: [{ level: 'note', id: 'recipe.unreadable', message }] };
  }
}
