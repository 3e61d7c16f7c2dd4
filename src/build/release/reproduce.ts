import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Customization } from '../../customizations/customization.ts';
import { PiImageError } from '../../model/errors.ts';
import { formatOf } from '../../output/format.ts';
import { compareManifests, type ManifestComparison } from '../../release/compare.ts';
import { filledSettings } from '../../release/fill-settings.ts';
import type { Manifest } from '../../release/manifest.ts';
import { checkDigest } from '../../source/digest.ts';
import { imageDigest } from '../../source/image-digest.ts';
import type { ReadSecret } from '../../spec/secrets.ts';
import { cachePlace } from '../cache-place.ts';
import { getBase } from '../open-base.ts';
import type { OpenOptions } from '../options.ts';
import { readSettings } from '../prepare.ts';
import { buildRelease } from './build-release.ts';

export interface ReproduceOptions extends Omit<OpenOptions, 'now' | 'recover'> {
  /** Text of each secret by its dotted place in the settings: `manifest.secrets` says which are needed. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** Folder that relative paths in the settings start at. @default the current folder */
  readonly directory?: string;
  /** Folder for what is built and thrown away again; it needs room for all of it. */
  readonly workDirectory: string;
  /** docker's config.json, where credentials for private container images are looked up. @default none */
  readonly dockerConfig?: string;
  /** @default builtInCustomizations */
  readonly customizations?: readonly Customization[];
}

export interface Reproduction extends ManifestComparison {
  /** Of the raw image, as the manifest says and as it came out. */
  readonly image: { readonly expected: string; readonly actual: string };
  /** Who made it, and who made it now: another version may rightly come to something else. */
  readonly tool: { readonly expected: string; readonly actual: string };
}

/**
 * Makes the release that a manifest tells of once more, compares, and keeps nothing.
 * @throws PiImageError `source.checksum` for another base image
 */
export async function reproduce(manifest: Manifest, options: ReproduceOptions): Promise<Reproduction> {
  const { secrets = new Map(), workDirectory, ...rest } = options;
  const { build, image } = manifest;
  const settings = {
    ...filledSettings(manifest.settings, secrets),
    output: `${image.name}.img`,
  };
  await requireSameBase(manifest, settings, rest);
  const place = await mkdtemp(path.join(workDirectory, 'pi-image-'));
  try {
    const made = await buildRelease(settings, {
      ...rest,
      ...{ folder: path.join(place, 'release'), formats: formatsOf(manifest) },
      ...{ now: new Date(build.sourceDateEpoch * 1000), seed: build.seed },
      ...{ zeroFree: build.zeroFree, recover: build.recover },
      ...(build.compressionLevel !== undefined && { compressionLevel: build.compressionLevel }),
      // It is judged by its digest, and published by nobody.
      ...{ public: false, assetLimit: Number.POSITIVE_INFINITY },
      secrets: refuseSecrets,
    });
    const actual = made.manifest;
    return {
      ...compareManifests(manifest, actual),
      image: { expected: image.sha256, actual: actual.image.sha256 },
      tool: { expected: manifest.tool.version, actual: actual.tool.version },
    };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Before anything is made of it: with another base nothing would be the same. */
async function requireSameBase(
  { base }: Manifest,
  settings: unknown,
  options: Omit<ReproduceOptions, 'secrets' | 'workDirectory'>,
): Promise<void> {
  const { directory = '.', onEvent, signal } = options;
  const { spec } = readSettings(settings, options);
  const found = await getBase({ ...spec, directory }, options).catch((cause: unknown) => {
    if (!PiImageError.is(cause) || cause.code !== 'source.not-found') throw cause;
    const help = `put the base image ${base.name} there, or name the folder that it and the other files of the manifest are in by --directory`;
    throw new PiImageError(cause.code, `${path.resolve(directory, spec.image)} does not exist`, {
      help,
      cause,
    });
  });
  const sha256 = await imageDigest(found, { cacheDirectory: cachePlace(options), onEvent, signal });
  checkDigest(found.title, sha256, base.sha256, 'give the base image that the manifest names, unchanged');
}

/** Whoever wrote the manifest has no say in which files and variables of this computer are read as secrets. */
const refuseSecrets: ReadSecret = async (_source, where) => {
  throw new PiImageError(
    'spec.secret',
    `the manifest says where to read ${where} from, and not that it is hidden`,
    {
      help: 'give a manifest as `pi-image build --release` wrote it',
    },
  );
};

function formatsOf({ image, outputs }: Manifest): readonly string[] {
  const endings = outputs
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${image.name}.`) && !name.endsWith('.bmap'))
    .map((name) => name.slice(image.name.length + 1));
  return endings.filter((ending) => formatOf(`x.${ending}`));
}
