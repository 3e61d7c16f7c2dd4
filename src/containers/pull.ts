import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { distance, type Platform, platformText } from '../model/container-platform.ts';
import { fullName, type Reference, referenceText } from '../model/container-reference.ts';
import { PiImageError } from '../model/errors.ts';
import { keepAnswer, recallAnswer } from '../transfer/answers.ts';
import type { Fetch } from '../transfer/http.ts';
import { obtainFile, type Store } from '../transfer/store.ts';
import type { FindCredentials } from './credentials.ts';
import {
  type Descriptor,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  parseImageConfig,
  parseManifest,
  platformSchema,
} from './manifest.ts';
import { Registry } from './registry.ts';

/** A file of an image: its digest (`sha256:…`), size in bytes, and where it lies on this machine. */
export interface Blob {
  readonly digest: string;
  readonly size: number;
  readonly path: string;
}

/** A container image, whole and checked, on this machine. */
export interface PulledImage {
  readonly reference: Reference;
  readonly platform: Platform;
  /** The manifest as the registry has it, byte for byte. */
  readonly manifest: Uint8Array;
  readonly mediaType: string;
  readonly config: Blob;
  /** From the bottom up. */
  readonly layers: readonly Blob[];
  /** A layer is compressed with zstd, which Docker before 23 cannot load. */
  readonly zstd: boolean;
}

export interface PullOptions {
  readonly platform: Platform;
  readonly store: Store;
  /** @default none: public images only */
  readonly findCredentials?: FindCredentials;
}

const largestConfig = 8 * 1024 * 1024;

/** Gets an image from its registry, for one platform, every part checked against its digest. */
export async function pullImage(
  fetch: Fetch,
  reference: Reference,
  { platform, store, findCredentials = async () => undefined }: PullOptions,
): Promise<PulledImage> {
  const name = referenceText(reference);
  const { repository } = reference;
  const registry = new Registry(fetch, reference.registry, findCredentials, store);
  const { bytes, value, listed } = store.offline
    ? await recallManifest(store, reference, platform)
    : await findManifest(registry, reference, platform);
  const blob = async (descriptor: Descriptor, what: string): Promise<Blob> => {
    const { digest, size } = descriptor;
    const path = await obtainFile(store, {
      subject: `${name} (${what})`,
      url: registry.blobUrl(repository, digest),
      sha256: digest.slice('sha256:'.length),
      size,
      request: (range) => registry.blob(repository, digest, range),
    });
    return { digest, size, path };
  };
  if (value.config.size > largestConfig) throw malformed(name, 'its configuration is unreasonably large');
  const config = await blob(value.config, 'configuration');
  checkConfig(
    name,
    value,
    parseImageConfig(`the configuration of ${name}`, await readFile(config.path)),
    platform,
    listed,
  );
  const layers: Blob[] = [];
  await keepAnswer(store.directory, question(reference, platform), {
    manifest: Buffer.from(bytes).toString('base64'),
    listed,
  });
  for (const [index, layer] of value.layers.entries()) {
    if (layer.urls?.length) throw malformed(name, 'a layer of it has to be fetched elsewhere');
    layers.push(await blob(layer, `layer ${index + 1} of ${value.layers.length}`));
  }
  return {
    reference,
    platform,
    manifest: bytes,
    mediaType: mediaTypeOf(bytes),
    config,
    layers,
    zstd: value.layers.some(({ mediaType }) => mediaType.endsWith('zstd')),
  };
}

interface FoundManifest {
  readonly bytes: Uint8Array;
  readonly value: ImageManifest;
  /** What the index that led to it says it is made for. */
  readonly listed?: Platform | undefined;
}

const remembered = z.object({ manifest: z.base64(), listed: platformSchema.optional() });

/** As the registry had it when it was asked last. */
async function recallManifest(
  store: Store,
  reference: Reference,
  platform: Platform,
): Promise<FoundManifest> {
  const name = referenceText(reference);
  const { data } = remembered.safeParse(await recallAnswer(store.directory, question(reference, platform)));
  const bytes = Buffer.from(data?.manifest ?? '', 'base64');
  const parsed = data && parseManifest(name, bytes);
  if (parsed?.kind === 'manifest') return { bytes, value: parsed.value, listed: data?.listed };
  throw new PiImageError('source.offline', `${name} is not in the cache`, {
    help: 'run once without --offline',
  });
}

function question(reference: Reference, platform: Platform): string {
  return `container image ${fullName(reference)} ${reference.digest ?? ''} for ${platformText(platform)}`;
}

/** The manifest for the platform: named directly, or by way of an index. */
async function findManifest(
  registry: Registry,
  reference: Reference,
  platform: Platform,
): Promise<FoundManifest> {
  const { repository } = reference;
  const name = referenceText(reference);
  const asked = reference.digest ?? reference.tag ?? 'latest';
  const first = await registry.manifest(repository, asked);
  if (reference.digest !== undefined) checkDigest(name, first, reference.digest);
  const parsed = parseManifest(name, first);
  if (parsed.kind === 'manifest') return { bytes: first, value: parsed.value };
  const { digest, platform: listed } = choose(name, parsed.value, platform);
  const bytes = await registry.manifest(repository, digest);
  checkDigest(name, bytes, digest);
  const inner = parseManifest(name, bytes);
  if (inner.kind === 'index') throw malformed(name, 'it is a list of lists');
  return { bytes, value: inner.value, listed };
}

/** The entry made for the platform or, where the board runs earlier variants too, the closest of those. */
function choose(
  name: string,
  { manifests }: ImageIndex,
  platform: Platform,
): ImageIndex['manifests'][number] {
  const fitting = manifests
    .flatMap((one) => {
      const steps = one.platform && distance(platform, one.platform);
      return steps === undefined ? [] : [{ one, steps }];
    })
    .sort((a, b) => a.steps - b.steps);
  const [best] = fitting;
  if (best) return best.one;
  const offered = manifests.flatMap((one) => (one.platform ? platformText(one.platform) : []));
  const there = [...new Set(offered)].filter((text) => !text.startsWith('unknown')).slice(0, 20);
  throw notFor(
    name,
    platform,
    there.length > 0 ? `only for ${there.join(', ')}` : 'for no platform it names',
  );
}

function checkConfig(
  name: string,
  manifest: ImageManifest,
  config: ImageConfig,
  platform: Platform,
  listed: Platform | undefined,
): void {
  if (config.rootfs.diff_ids.length !== manifest.layers.length) {
    throw malformed(name, 'its configuration does not fit its layers');
  }
  // The variant is often left out here. Then the index counts, or else what `arm` means: v7.
  const has = { ...config, variant: config.variant ?? listed?.variant };
  if (distance(platform, has) === undefined) throw notFor(name, platform, `for ${platformText(has)}`);
}

function checkDigest(name: string, bytes: Uint8Array, digest: string): void {
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (found === digest) return;
  throw new PiImageError(
    'source.checksum',
    `the manifest of ${name} has the digest ${found}, not ${digest}`,
    {
      help: 'the registry, or something in between, gives out another image than the one that was named',
    },
  );
}

function mediaTypeOf(bytes: Uint8Array): string {
  const { mediaType } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { mediaType?: unknown };
  const oci = 'application/vnd.oci.image.manifest.v1+json';
  return typeof mediaType === 'string' && mediaType.length < 200 ? mediaType : oci;
}

function notFor(name: string, platform: Platform, has: string): PiImageError {
  const help =
    platform.architecture === 'arm'
      ? 'a Pi Zero or Pi 1 runs arm/v6, later boards arm/v7 too, and arm64 needs a 64-bit image: choose an image that has it'
      : 'choose an image that is made for it';
  return new PiImageError('plan.unsuitable', `${name} is not made for ${platformText(platform)}, ${has}`, {
    help,
  });
}

function malformed(name: string, why: string): PiImageError {
  return new PiImageError('source.malformed', `the image ${name} cannot be used: ${why}`);
}
