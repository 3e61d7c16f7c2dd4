import { z } from 'zod';
import { PiImageError } from '../model/errors.ts';

const descriptor = z.object({
  mediaType: z.string().max(255).default(''),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z
    .int()
    .min(0)
    .max(2 ** 40),
  urls: z.array(z.string()).optional(),
});
export const platformSchema = z.object({
  os: z.string().max(50),
  architecture: z.string().max(50),
  variant: z.string().max(50).optional(),
});
const index = z.object({
  schemaVersion: z.literal(2),
  manifests: z.array(descriptor.extend({ platform: platformSchema.optional() })).max(1000),
});
const manifest = z.object({
  schemaVersion: z.literal(2),
  config: descriptor,
  layers: z.array(descriptor).min(1).max(500),
});
const config = z.object({
  os: z.string().max(50),
  architecture: z.string().max(50),
  variant: z.string().max(50).optional(),
  rootfs: z.object({ diff_ids: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)).max(500) }),
});

export type Descriptor = z.output<typeof descriptor>;
export type ImageIndex = z.output<typeof index>;
export type ImageManifest = z.output<typeof manifest>;
export type ImageConfig = z.output<typeof config>;

/** What a registry may answer for a name, in the order we like it best (OCI image-spec 1.1, Docker manifest v2.2). */
export const acceptedTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

export type Parsed =
  | { readonly kind: 'index'; readonly value: ImageIndex }
  | { readonly kind: 'manifest'; readonly value: ImageManifest };

/** Told apart by what they hold: the media type in the header is not covered by the digest. */
export function parseManifest(what: string, bytes: Uint8Array): Parsed {
  const json = parseJson(what, bytes);
  const { schemaVersion } = json as { schemaVersion?: unknown };
  if (schemaVersion === 1) {
    throw new PiImageError(
      'source.malformed',
      `${what} is in Docker's format of before 2017, which can no longer be used`,
      {
        help: 'ask its maker for a newer build of it',
      },
    );
  }
  if ('manifests' in json && !('layers' in json)) return { kind: 'index', value: check(what, index, json) };
  if ('layers' in json && !('manifests' in json)) {
    return { kind: 'manifest', value: check(what, manifest, json) };
  }
  throw new PiImageError('source.malformed', `${what} is neither an image nor a list of images`);
}

export function parseImageConfig(what: string, bytes: Uint8Array): ImageConfig {
  return check(what, config, parseJson(what, bytes));
}

function parseJson(what: string, bytes: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below, in words that help.
  }
  throw new PiImageError('source.malformed', `${what} is no JSON object`);
}

function check<Schema extends z.ZodType>(what: string, schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new PiImageError(
    'source.malformed',
    `${what} is damaged: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}
