import { z } from 'zod';
import { PiImageError } from '../model/errors.ts';
import type { ReadableTree } from '../model/tree.ts';
import { largestRecipe, type Recipe, recipePath, recipeSchema } from './recipe.ts';

const help = 'it may have been changed by hand, or by a newer pi-image; `pi-image cat IMG` shows it as it is';

/**
 * The recipe in an image; undefined when there is none. Whoever made the image may have written anything there.
 * @throws PiImageError `image.not-supported` for a recipe of a later version, `image.damaged` for what is none
 */
export function readRecipe(tree: ReadableTree): Recipe | undefined {
  const bytes = bytesOf(tree);
  if (bytes === undefined) return undefined;
  const value = parsed(bytes);
  const version = z.object({ version: z.int() }).safeParse(value).data?.version;
  if (version !== undefined && version > 1) {
    throw new PiImageError(
      'image.not-supported',
      `the recipe of this image has the version ${version}, and this pi-image knows only version 1`,
      { help: 'use a newer pi-image' },
    );
  }
  const result = recipeSchema.safeParse(value);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  throw damaged(`${first?.path.map(String).join('.') || 'it'}: ${first?.message}`);
}

function bytesOf(tree: ReadableTree): Uint8Array | undefined {
  const entry = tree.stat(recipePath);
  if (entry === undefined) return undefined;
  const source = entry.kind === 'file' ? tree.open(recipePath) : undefined;
  if (!source) throw damaged(`it is a ${entry.kind}, not a file`);
  if (source.size > largestRecipe) throw damaged(`it has ${source.size} bytes`);
  const bytes = new Uint8Array(source.size);
  source.readInto(bytes, 0);
  return bytes;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged('it is not JSON', cause);
  }
}

function damaged(why: string, cause?: unknown): PiImageError {
  return new PiImageError('image.damaged', `${recipePath} of this image is no recipe: ${why.slice(0, 300)}`, {
    help,
    ...(cause !== undefined && { cause }),
  });
}
