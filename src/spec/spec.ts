import { z } from 'zod';
import { hostPath } from '../customizations/atoms.ts';
import type { Customization } from '../customizations/customization.ts';

/** What to build, checked: the base image, where the result goes, and each customization's settings by its name. */
export interface Spec {
  readonly image: string;
  readonly sha256?: string;
  readonly output?: string;
  /** How large the image becomes: in all, or by how much more; bytes. */
  readonly enlargement?: { readonly size: number } | { readonly grow: number };
  readonly settings: Readonly<Record<string, unknown>>;
}

export const defaultImage = 'raspbian-buster';

const bytes = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,3})?[MG]$/, 'write a size such as 512M or 4G')
  .transform((text) => Math.ceil(Number.parseFloat(text) * (text.endsWith('G') ? 2 ** 30 : 2 ** 20)));

const base = {
  image: hostPath
    .default(defaultImage)
    .describe(
      'Base image: a name from `pi-image images`, an https URL (with `sha256`), or a file (.img .zip .xz .gz .zst)',
    ),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'a SHA-256 digest is 64 hexadecimal digits')
    .optional()
    .describe('SHA-256 of the base image as it is downloaded; needed for a URL'),
  output: hostPath
    .optional()
    .describe('File to write; the ending names the format: .img .img.xz .img.gz .img.zst .zip'),
  size: bytes
    .optional()
    .describe(
      'Size of the image, such as 4G; its last partition and that file system grow with it (M and G are powers of 1024)',
    ),
  grow: bytes.optional().describe('How much larger than the base the image becomes, such as 512M'),
};

/** The schema of pi-image.yaml: types, validation, JSON Schema and docs all come from it. */
export function specSchema(customizations: readonly Customization[]) {
  const schema = known.get(customizations) ?? makeSchema(customizations);
  known.set(customizations, schema);
  return schema;
}

/** Made once for each list of customizations: a fleet checks the settings of each device. */
const known = new WeakMap<readonly Customization[], ReturnType<typeof makeSchema>>();

function makeSchema(customizations: readonly Customization[]) {
  const settings = Object.fromEntries(
    customizations.map(({ name, schema, summary }) => [
      name,
      (schema.description ? schema : schema.describe(summary)).optional(),
    ]),
  );
  return z.strictObject({ ...base, ...settings }).refine(({ size, grow }) => !(size && grow), {
    error: '`size` and `grow` both say how large the image becomes: give one of them',
    path: ['grow'],
  });
}
