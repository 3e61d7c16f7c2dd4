import { z } from 'zod';
import { PiImageError } from '../model/errors.ts';

/** Characters, and bytes, of the longest manifest that is read; one of a large release has some hundred thousand. */
export const longestManifest = 64 * 2 ** 20;
/** How deep settings may be nested. */
const deepest = 30;

const text = z.string().max(10_000);
const word = z.string().min(1).max(200);
const bytes = z.int().nonnegative();
const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest is 64 hexadecimal digits in small letters');

/** A name that stays inside its folder, on every system. */
const fileName = z
  .string()
  .max(255)
  .regex(/^(?!\.{1,2}$)[^/\\\p{Cc}]+$/u, 'is not the name of a file');

const rawImage = z.object({
  name: word.describe('Without an ending'),
  size: bytes.describe('Bytes'),
  sha256: sha256.describe('SHA-256 of all its bytes'),
});

const edit = z.object({
  path: text.describe('Absolute path in the image'),
  from: z.array(word).max(100).describe('Settings that asked for it, in order'),
  action: z.enum(['created', 'changed', 'unchanged', 'removed', 'moved']),
  kind: z.enum(['file', 'directory', 'link', 'other', 'none']).describe('What is there now'),
  mode: z
    .string()
    .regex(/^[0-7]{4}$/)
    .describe('Permissions, octal'),
  uid: z.int().nonnegative().describe('Owner'),
  gid: z.int().nonnegative().describe('Group'),
  size: bytes.optional().describe('Bytes of a file'),
  sha256: sha256.optional().describe('SHA-256 of the content of a file'),
  target: text.optional().describe('Where a link leads'),
  to: text.optional().describe('Where a moved entry went'),
  sensitive: z
    .literal(true)
    .optional()
    .describe(
      'Its content is kept secret: neither size nor digest is here, since a short secret can be guessed from them',
    ),
});

/** What an image was made of and what came out, for everybody: enough to make it again and compare. */
export const manifestSchema = z.object({
  version: z.literal(1).describe('Rises when a field changes its meaning'),
  tool: z.object({ name: word, version: word }).describe('What it was made with'),
  base: rawImage
    .extend({
      archiveSha256: sha256
        .optional()
        .describe('SHA-256 of the file as it was downloaded or given, where it is not the raw image'),
    })
    .describe('The base image, as a raw image'),
  build: z
    .object({
      sourceDateEpoch: z
        .int()
        .nonnegative()
        .max(8_640_000_000_000)
        .describe('Build time, in seconds since 1970'),
      seed: z.string().min(1).max(1000).describe('Salts and ids are a function of it'),
      zeroFree: z.boolean().describe('Zeros were written where the file systems have nothing'),
      compressionLevel: z
        .int()
        .nonnegative()
        .max(100)
        .optional()
        .describe('Level that the files were compressed at; without it, that of each format'),
      recover: z.boolean().describe("The base's journal was replayed"),
      public: z.boolean().describe('It was refused if lint found a leak'),
    })
    .describe('How it was made'),
  settings: z
    .record(z.string(), z.unknown())
    .refine((value) => isShallow(value, deepest), { error: 'is nested too deep' })
    .describe('As in pi-image.yaml, with `(hidden)` for secrets; paths start at the folder of the build'),
  secrets: z
    .array(
      z.object({
        setting: text.describe('Dotted place in `settings`'),
        environment: z
          .string()
          .regex(/^[A-Z_][A-Z0-9_]{0,999}$/)
          .describe('Variable that `pi-image reproduce` reads it from'),
      }),
    )
    .max(10_000)
    .describe('What is hidden in the settings and has to be given anew'),
  image: rawImage.describe('The finished image, as a raw image'),
  edits: z.array(edit).max(1_000_000).describe('Every path of the image that was looked after, in order'),
  outputs: z
    .array(z.object({ name: fileName, size: bytes.describe('Bytes'), sha256 }))
    .max(1000)
    .describe('The files that hold the image, and their block map'),
});

export type Manifest = z.output<typeof manifestSchema>;
export type ManifestEdit = Manifest['edits'][number];

/**
 * Reads a manifest that anybody may have written.
 * @param name of the file, for messages
 * @throws PiImageError `spec.invalid`
 */
export function parseManifest(json: string, name: string): Manifest {
  const result = manifestSchema.safeParse(parsed(json, name));
  if (result.success) return result.data;
  throw new PiImageError('spec.invalid', `${name} is not a manifest that this pi-image can read`, {
    problems: result.error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ path: path.join('.'), message })),
    help: 'give the manifest.json that `pi-image build --release` wrote',
  });
}

function parsed(json: string, name: string): unknown {
  if (json.length > longestManifest) {
    throw new PiImageError('spec.invalid', `${name} is longer than a manifest may be`);
  }
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new PiImageError('spec.invalid', `${name} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}
