import type { Customization } from '../customizations/customization.ts';
import type { Edit } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { Advice, Plan } from '../model/plan.ts';
import type { ReadableTree } from '../model/tree.ts';
import { isNewer } from './newer.ts';
import { readRecipe } from './read-recipe.ts';
import { type Recipe, recipePath } from './recipe.ts';

const folder = '/usr/lib/pi-image';
const stepsFolder = `${folder}/steps`;
/** Of a step longer than this, in bytes, only the name counts. */
const longestStep = 2 ** 20;

/** The same features, none of which does anything unasked. */
export function withoutDefaults(customizations: readonly Customization[]): readonly Customization[] {
  return customizations.map(({ whenUnset: _, ...one }) => one);
}

/**
 * The recipe of an image that is to be personalized.
 * @throws PiImageError `plan.precondition` when pi-image did not build it, `image.*` when its recipe cannot be read
 */
export function requireRecipe(tree: ReadableTree, title: string): Recipe {
  const recipe = readRecipe(tree);
  if (recipe?.runs.every(({ tool }) => tool.name === 'pi-image')) return recipe;
  const why = recipe ? 'its recipe is of another program' : `it has no recipe (${recipePath})`;
  throw new PiImageError('plan.precondition', `${title} was not built by pi-image: ${why}`, {
    help: 'make an image of it with `pi-image build --image …`, which takes any image',
  });
}

/**
 * Makes sure that a plan only adds to an image that pi-image built, whose steps wait for the first boot.
 * `version` is ours. Returns what to tell of it.
 * @throws PiImageError `plan.unsuitable`, `plan.conflict`
 */
export function checkPersonalization(
  plan: Plan,
  tree: ReadableTree,
  { recipe, version }: { readonly recipe: Recipe; readonly version: string },
): readonly Advice[] {
  refusePreloads(plan);
  refuseReplacedSteps(plan.edits, tree);
  refuseStrangeSteps(plan, tree);
  const newest = recipe.runs.map(({ tool }) => tool.version).find((one) => isNewer(one, version));
  if (newest === undefined) return [];
  const message = `the image was built by pi-image ${newest}, and this is ${version}`;
  const help = 'use the newer pi-image';
  if (plan.edits.some(({ path }) => path.startsWith(`${folder}/`))) {
    throw new PiImageError('plan.unsuitable', `${message}: its first boot would run by older programs`, {
      help,
    });
  }
  return [{ level: 'warning', id: 'recipe.newer', message, help }];
}

/** Whoever builds knows the platform and the versions; here it is about minutes, and about what is not for everybody. */
function refusePreloads({ preloads }: Plan): void {
  const [first] = preloads;
  if (!first) return;
  throw new PiImageError('plan.unsuitable', `what ${first.from} needs would have to be fetched and put in`, {
    help: 'have it put in when the image is built; personalizing only adds settings',
  });
}

/** A step of the same name would take the place of the one that waits in the image. */
function refuseReplacedSteps(edits: readonly Edit[], tree: ReadableTree): void {
  for (const edit of edits) {
    if (edit.kind !== 'write' || !isOfAStep(edit.path) || tree.lstat(edit.path) === undefined) continue;
    if (typeof edit.content !== 'object' || !('hostFile' in edit.content)) {
      if (Buffer.from(edit.content as Uint8Array).equals(shortFile(tree, edit.path))) continue;
    }
    throw new PiImageError(
      'plan.conflict',
      `${edit.from} wants another ${edit.path}, which waits in the image for its first boot`,
      { help: 'build the image with both, or do that part on the Pi' },
    );
  }
}

const isOfAStep = (path: string): boolean =>
  path.startsWith(`${stepsFolder}/`) || path === `${folder}/files/script`;

/** Steps name the account that they were made for, such as the one that may use Docker. */
function refuseStrangeSteps({ os, login }: Plan, tree: ReadableTree): void {
  const before = os.firstUser?.name;
  if (before === undefined || login === undefined || login.name === before) return;
  if (tree.stat(stepsFolder)?.kind !== 'directory') return;
  const word = new RegExp(`(?<![\\w-])${before.replace(/[^\w-]/g, '\\$&')}(?![\\w-])`);
  for (const { name } of tree.list(stepsFolder)) {
    if (!word.test(shortFile(tree, `${stepsFolder}/${name}`).toString('latin1'))) continue;
    throw new PiImageError(
      'plan.unsuitable',
      `the first-boot step ${name} of the image is for the account "${before}", which would be called "${login.name}"`,
      { help: 'leave user.name (--user) out, or build the image with it; a password can be set here' },
    );
  }
}

function shortFile(tree: ReadableTree, path: string): Buffer {
  const source = tree.stat(path)?.kind === 'file' ? tree.open(path) : undefined;
  if (!source || source.size > longestStep) return Buffer.alloc(0);
  const bytes = Buffer.alloc(source.size);
  source.readInto(bytes, 0);
  return bytes;
}
