import { PiImageError } from '../model/errors.ts';
import { readRecipe } from '../plan/read-recipe.ts';
import { type Recipe, recipePath } from '../plan/recipe.ts';
import { lookInto } from './look-into.ts';
import type { OpenOptions } from './options.ts';

export type { Recipe, RecipeChange, RecipeRun } from '../plan/recipe.ts';

export interface ExplainOptions extends OpenOptions {
  /** Folder that a relative path of the image starts at. @default the current folder */
  readonly directory?: string;
}

/**
 * What was done to an image – raw or compressed – by the recipe that pi-image put into it. It is what the image
 * says of itself, and nothing proves it.
 * @throws PiImageError `image.not-found` when there is none, `image.damaged` and `image.not-supported` when it cannot
 * be read
 */
export async function explain(image: string, options: ExplainOptions = {}): Promise<Recipe> {
  const { directory = '.' } = options;
  using opened = await lookInto({ image, directory }, options);
  const recipe = readRecipe(opened.image.tree);
  if (recipe) return recipe;
  throw new PiImageError('image.not-found', `${opened.base.title} has no recipe (${recipePath})`, {
    help: 'pi-image did not build it, or did before there were recipes; `pi-image diff` with the stock image shows what was changed',
  });
}
