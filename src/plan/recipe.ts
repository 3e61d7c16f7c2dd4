import { z } from 'zod';

/** Where an image says what was done to it; see docs/recipe.md. */
export const recipePath = '/usr/lib/pi-image/recipe.json';

/** Bytes of the longest recipe that is read. */
export const largestRecipe = 4 * 2 ** 20;

/** Runs that a recipe keeps, the last ones. */
export const mostRuns = 20;

/** Changed paths that a run names one by one. */
export const mostChanges = 2000;

/** How deep settings may be nested. */
const deepest = 20;

const text = z.string().max(10_000);
/** Names, versions, ids: what messages quote. */
const word = z.string().min(1).max(200);

const change = z.object({
  path: text,
  action: z.enum(['write', 'change', 'link', 'directory', 'remove', 'move']),
  /** Customizations that had a part in it, in order. */
  from: z.array(word).max(100),
  /** Octal; left out where it stays as it was, or is the usual one. */
  mode: z
    .string()
    .regex(/^[0-7]{4}$/)
    .optional(),
  /** `user:group`, by number or name. */
  owner: word.optional(),
  /** Of a link. */
  target: text.optional(),
  /** Where a moved path went. */
  to: text.optional(),
  /** Its content is nobody else's business. */
  hidden: z.literal(true).optional(),
});

const run = z.object({
  kind: z.enum(['build', 'personalize']),
  tool: z.object({ name: word, version: word }),
  /** What SOURCE_DATE_EPOCH said; only then. */
  time: z.iso.datetime().optional(),
  /** What it was done to. `sha256` is that of the file as it was downloaded or given. */
  base: z.object({
    name: word,
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  }),
  /** As in pi-image.yaml, with `(hidden)` for what is not for all eyes; left out where they are endless. */
  settings: z
    .record(z.string(), z.unknown())
    .refine((value) => isShallow(value, deepest), { error: 'nested too deep' })
    .optional(),
  /** Dotted places of what is hidden. */
  hidden: z.array(text).max(10_000),
  /** What had a part in it, asked for or by default. */
  customizations: z.array(word).max(1000),
  firstBoot: z.array(z.object({ name: word, title: text })).max(1000),
  changes: z.array(change).max(mostChanges),
  /** How many changed paths are not named. */
  moreChanges: z.int().positive().optional(),
});

/** What was done to an image, run by run: first how it was built, then how it was personalized. */
export const recipeSchema = z.object({
  version: z.literal(1),
  runs: z.array(run).min(1).max(mostRuns),
});

export type Recipe = z.output<typeof recipeSchema>;
export type RecipeRun = Recipe['runs'][number];
export type RecipeChange = RecipeRun['changes'][number];

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}
