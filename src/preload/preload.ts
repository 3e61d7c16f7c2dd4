import type { Edit, EditDraft } from '../model/edit.ts';
import type { OsFacts } from '../model/os.ts';
import type { Plan } from '../model/plan.ts';
import type { Tree } from '../model/tree.ts';
import { preloadImages } from './container-images.ts';
import type { PreloadOptions } from './options.ts';
import { preloadPackages } from './packages.ts';

/**
 * Fetches what a plan wants the image to have, and says how to put it there. `tree` is the image after the edits of
 * the plan, which may say where packages come from. Nothing is written but the cache.
 */
export async function preload(
  wanted: Plan['preloads'],
  { os, tree }: { readonly os: OsFacts; readonly tree: Tree },
  options: PreloadOptions,
): Promise<readonly Edit[]> {
  const edits: Edit[] = [];
  const add = (drafts: readonly EditDraft[], from: string): void => {
    edits.push(...drafts.map((draft) => ({ ...draft, from })));
  };
  for (const one of wanted) {
    if (one.kind === 'packages') add(await preloadPackages(one, tree, os.arch, options), one.from);
  }
  const images = wanted.filter((one) => one.kind === 'container-images');
  const [first] = images;
  if (first) add(await preloadImages(images, options), first.from);
  return edits;
}
