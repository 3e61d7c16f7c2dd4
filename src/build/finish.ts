import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckedBase } from '../image/check/checked-base.ts';
import type { BlockDevice } from '../image/device.ts';
import { usedRuns } from '../image/used-space.ts';
import { type EditedDevice, withFreeZeroed } from '../image/zeroed-free.ts';
import type { AppliedEdit } from '../model/applied.ts';
import type { CodeStore } from '../model/code.ts';
import type { OnEvent } from '../model/events.ts';
import { runStage } from '../model/stage.ts';
import { draftBlockMap } from '../output/block-map.ts';
import { type Output, refuseBase } from '../output/check-output.ts';
import { draftChecksums } from '../output/checksums.ts';
import { digestOfFile } from '../output/digest.ts';
import { type Draft, openDraft } from '../output/draft.ts';
import type { Environment } from '../output/program.ts';
import { type Written, writeImage } from '../output/write-image.ts';
import type { PatchHeader } from '../patch/layout.ts';
import type { Base } from '../source/base.ts';
import { imageDigest } from '../source/image-digest.ts';
import type { Workbench } from './open-raw.ts';
import type { Verification } from './options.ts';
import { originalCodes } from './original-codes.ts';
import { requireSound } from './require-sound.ts';
import { verifyOutput } from './verify-output.ts';

/** An edited image and where it goes. */
export interface EditedImage extends Pick<Workbench, 'base' | 'overlay'> {
  /** The base, open already. */
  readonly device?: BlockDevice | undefined;
  /** What was checked of the base, where many images are made of it. */
  readonly checked?: CheckedBase | undefined;
  readonly edits: readonly AppliedEdit[];
  /** Readable by its owner only. */
  readonly isPrivate: boolean;
  readonly output: Output;
  /** Waits for the output with the bytes of the base in it; undefined where there is none. Asked for a sound image only. */
  readonly draft?: (() => Promise<Draft | undefined>) | undefined;
}

/** An image that is fit to be written. */
export interface SoundImage extends Omit<EditedImage, 'overlay'> {
  readonly edited: EditedDevice;
}

export interface FinishOptions {
  readonly checksums: boolean;
  /** Compute the SHA-256 of a raw image too, as `checksums` does. */
  readonly digest?: boolean;
  /** Write a block map beside the output, and into a .zip. */
  readonly blockMap: boolean;
  /** Write zeros where the file systems have nothing. */
  readonly zeroFree: boolean;
  readonly verify: Verification;
  /** Of compression, as the format counts it. @default that of the format */
  readonly level?: number | undefined;
  /** Where what the base is encoded to is kept for the next build. */
  readonly store?: CodeStore | undefined;
  /** Folder of what is kept between builds. */
  readonly cacheDirectory: string;
  /** Awaited when all is written and verified, before it has its name. */
  readonly onReady?: ((finished: FinishedImage) => Promise<void>) | undefined;
  readonly now: Date;
  readonly environment: Environment;
  readonly onEvent: OnEvent | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface FinishedImage {
  /** Absolute. */
  readonly path: string;
  /** Of the finished file, in bytes. */
  readonly size: number;
  /** Of the finished file; of a raw image only with `checksums`, because it costs another pass over all of it. */
  readonly sha256?: string;
}

/** Checks an edited image, writes it to a draft, verifies that, and gives it its name; any failure leaves nothing behind. */
export async function finishImage(image: EditedImage, options: FinishOptions): Promise<FinishedImage> {
  await refuseBase(image.output, image.base.path);
  return writeOutput({ ...image, edited: soundDevice(image, options) }, options);
}

/**
 * What of an edited image is written, found sound.
 * @throws PiImageError `image.verify`
 */
export function soundDevice(
  { base, checked, overlay }: Pick<EditedImage, 'base' | 'checked' | 'overlay'>,
  { zeroFree, verify }: Pick<FinishOptions, 'zeroFree' | 'verify'>,
): EditedDevice {
  const edited = zeroFree ? withFreeZeroed(overlay) : overlay;
  if (verify !== 'none') requireSound(edited, checked ?? base.path);
  return edited;
}

/** Writes an image to a draft, verifies that, and gives it its name; any failure leaves nothing behind. */
export async function writeOutput(image: SoundImage, options: FinishOptions): Promise<FinishedImage> {
  const { base, edited, edits, isPrivate, output } = image;
  const { checksums, verify, now, environment, onEvent, signal } = options;
  const origin = output.format === '.pipatch' ? await originOf(base, options) : undefined;
  const stage = { subject: path.basename(output.path), total: edited.size, onEvent };
  // A clone has no holes where its original has none.
  const cloneOf = output.format === '.img' && !options.zeroFree ? { cloneOf: base.path } : {};
  const filled = await image.draft?.();
  await using draft = filled ?? (await openDraft(output, { isPrivate, ...cloneOf, onEvent, signal }));
  await using map = options.blockMap
    ? await draftBlockMap(edited, usedRuns(edited), {
        output: output.path,
        overwrite: output.overwrite,
        isPrivate,
        signal,
      })
    : undefined;
  const blockMap = map && output.format === '.zip' ? await readFile(map.file, 'utf8') : undefined;
  const written = await runStage({ ...stage, stage: 'write' }, (progress) =>
    writeImage(edited, output, draft, {
      base: base.path,
      origin,
      digest: checksums || (options.digest ?? false),
      check: verify !== 'none',
      // Free space is all over the image, and what is zero compresses well in any company.
      splitAtEdits: !options.zeroFree,
      store: options.store,
      level: options.level,
      // What was zeroed is all over the image, so that hardly any of them would do.
      blocks: options.zeroFree ? undefined : originalCodes(base),
      isPrivate,
      blockMap,
      now,
      environment,
      progress,
      signal,
    }),
  );
  const readBack = (extent: 'written' | 'full') =>
    runStage({ ...stage, stage: 'verify' }, (progress) =>
      verifyOutput(
        { base, device: image.device, output, draft, edited, written, edits },
        { extent, now, environment, progress, signal },
      ),
    );
  const sha256 = verify === 'none' ? await digestOf(draft, written) : await readBack(verify);
  await using list = checksums && sha256 ? await draftChecksums(output.path, sha256) : undefined;
  const finished = { path: output.path, size: written.size, ...(sha256 !== undefined && { sha256 }) };
  await options.onReady?.(finished);
  signal?.throwIfAborted();
  await draft.publish();
  await map?.publish();
  await list?.publish();
  return finished;
}

/** What a patch is recognised to be for. */
async function originOf(base: Base, options: FinishOptions): Promise<PatchHeader['base']> {
  return { size: base.size, sha256: await imageDigest(base, options) };
}

/** Of a raw image only where it was computed in passing. */
async function digestOf(draft: Draft, { sha256, parts }: Written): Promise<string | undefined> {
  return parts === undefined ? sha256 : digestOfFile(draft.file);
}
