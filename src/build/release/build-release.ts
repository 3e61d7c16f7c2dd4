import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { builtInCustomizations } from '../../customizations/index.ts';
import { diffImages } from '../../diff/diff-images.ts';
import type { ImageDiff } from '../../diff/image-diff.ts';
import type { OpenImage } from '../../image/open-image.ts';
import { lintModeOf } from '../../lint/after-build.ts';
import { PiImageError } from '../../model/errors.ts';
import { gitHubLimit } from '../../output/asset-limit.ts';
import { checkProgramFor } from '../../output/check-output.ts';
import { checkFolder, openFolderDraft } from '../../output/folder-draft.ts';
import { formatOf, type OutputFormat, rawNameOf } from '../../output/format.ts';
import { checkLevel } from '../../output/level.ts';
import type { ImagerOptions } from '../../release/imager-list.ts';
import type { Manifest } from '../../release/manifest.ts';
import type { Base } from '../../source/base.ts';
import { imageDigest } from '../../source/image-digest.ts';
import { redactedConfig } from '../../spec/redacted-config.ts';
import type { Spec } from '../../spec/spec.ts';
import type { BuildResult } from '../build.ts';
import { cachePlace } from '../cache-place.ts';
import { codeStoreFor } from '../code-store.ts';
import { soundDevice } from '../finish.ts';
import { makeImage } from '../make-image.ts';
import { openRaw } from '../open-raw.ts';
import type { BuildOptions } from '../options.ts';
import { readSettings } from '../prepare.ts';
import { releaseDocuments } from './documents.ts';
import { type ReleaseFile, writeReleaseImages, writeReleaseTexts } from './files.ts';

export interface ReleaseOptions extends Omit<BuildOptions, 'output' | 'checksums' | 'blockMap'> {
  /** Folder to write. It must not exist, be empty, or – with `overwrite` – hold a release. */
  readonly folder: string;
  /** Such as `img.xz`, `zip`, `pipatch`. @default that of `output` in the settings, or `img.xz` */
  readonly formats?: readonly string[];
  /** The image is for everybody: a leak, or any other error that lint finds in it, ends the build. @default true */
  readonly public?: boolean;
  /** For a list of Raspberry Pi Imager; without it there is none. */
  readonly imager?: ImagerOptions;
  /** No file of the release may have so many bytes or more. @default 2 GiB, as GitHub has it */
  readonly assetLimit?: number;
}

export interface ReleaseResult extends Pick<BuildResult, 'base' | 'plan' | 'edits' | 'findings'> {
  /** The folder; absolute. */
  readonly path: string;
  /** All that is in it, images first. */
  readonly files: readonly ReleaseFile[];
  readonly manifest: Manifest;
}

/**
 * Makes one image and writes it in several formats, with the documents that tell what it is, into a folder of its
 * own. The folder gets its name only when all of it is whole and verified; any failure, and an abort, leaves nothing.
 */
export async function buildRelease(settings: unknown, options: ReleaseOptions): Promise<ReleaseResult> {
  const { environment = {}, onEvent, signal, overwrite = false, zeroFree = false } = options;
  const {
    compressionLevel: level,
    public: isPublic = true,
    verify = 'written',
    seed = randomBytes(32).toString('hex'),
  } = options;
  const directory = path.resolve(options.directory ?? '.');
  // File systems and the manifest keep whole seconds.
  const now = new Date(Math.floor((options.now ?? new Date()).getTime() / 1000) * 1000);
  const request = readSettings(settings, options);
  const { spec } = request;
  const target = { path: path.resolve(options.folder), overwrite };
  const { name, formats } = filesOf(spec, options);
  checkLevel(level, formats);
  lintModeOf({ ...options, public: isPublic });
  await checkTarget(target, path.resolve(directory, spec.image));
  for (const format of formats) await checkProgramFor(format, environment);

  using made = await makeImage(request, { ...options, now, seed, recordTime: true, public: isPublic });
  const { base, plan, edits, findings } = made;
  const isPrivate = plan.sensitive;
  const edited = soundDevice(made, { zeroFree, verify });
  await using draft = await openFolderDraft(target, { isPrivate, onEvent, signal });
  const cacheDirectory = cachePlace(options);
  const { image, files } = await writeReleaseImages(
    { base, edited, edits, isPrivate },
    {
      ...{ folder: draft.folder, name, formats, limit: options.assetLimit ?? gitHubLimit },
      ...{ verify, level, zeroFree, cacheDirectory, now, environment, onEvent, signal },
      store: zeroFree ? undefined : codeStoreFor(base, options),
    },
  );
  const customizations = options.customizations ?? builtInCustomizations;
  const sha256 = await imageDigest(base, { cacheDirectory, onEvent, signal });
  const { manifest, texts } = await releaseDocuments(made, {
    base: {
      ...{ name: base.name, size: base.size, sha256 },
      ...(base.format !== 'raw' && base.sha256 !== undefined && { archiveSha256: base.sha256 }),
    },
    build: {
      sourceDateEpoch: now.getTime() / 1000,
      ...{ seed, zeroFree, recover: options.recover ?? false, public: isPublic },
      ...(level !== undefined && { compressionLevel: level }),
    },
    ...{ imager: options.imager, diff: await differenceTo(base, made.image, options, now) },
    shown: redactedConfig(settings, { customizations, directory, hideContents: false }),
    image: { name, ...image },
    outputs: files,
    now,
  });
  const documents = await writeReleaseTexts(draft.folder, texts, { known: files, isPrivate, signal });
  signal?.throwIfAborted();
  await draft.publish();
  return {
    path: target.path,
    files: [...files, ...documents],
    manifest,
    base: { name: base.name, ...(base.sha256 !== undefined && { sha256: base.sha256 }) },
    ...{ plan, edits, findings },
  };
}

/** What the edits came to, beside the base as it was. */
async function differenceTo(
  base: Base,
  image: OpenImage,
  { recover = false, signal }: ReleaseOptions,
  now: Date,
): Promise<ImageDiff> {
  using stock = await openRaw(base, {}, { recover, now });
  return diffImages(stock.image, image, { ...(signal && { signal }) });
}

/** Of `output` only the name counts: the folder is that of the release. */
function filesOf(
  spec: Spec,
  { formats }: ReleaseOptions,
): { readonly name: string; readonly formats: readonly OutputFormat[] } {
  const name = path.basename(spec.output ?? rawNameOf(spec.image));
  const own = spec.output === undefined ? '.img.xz' : formatOf(name);
  const chosen = formats && formats.length > 0 ? formats.map((word) => formatOf(`x.${word}`)) : [own];
  return {
    name: rawNameOf(name.replace(/\.pipatch$/i, '')).replace(/\.img$/, ''),
    formats: [...new Set(chosen)],
  };
}

async function checkTarget(
  target: { readonly path: string; readonly overwrite: boolean },
  base: string,
): Promise<void> {
  const inside = path.relative(target.path, base);
  if (target.overwrite && !inside.startsWith('..') && !path.isAbsolute(inside)) {
    throw new PiImageError('output.exists', `${target.path} is where the base image is`, {
      help: 'Name another folder: this one would be replaced.',
    });
  }
  await checkFolder(target);
}
