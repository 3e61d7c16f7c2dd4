import type { BlockDevice } from '../image/device.ts';
import { openFileDevice } from '../image/file-device.ts';
import { closeImage, openTree } from '../image/open-image.ts';
import type { EditedDevice } from '../image/zeroed-free.ts';
import type { AppliedEdit } from '../model/applied.ts';
import type { Output } from '../output/check-output.ts';
import type { Draft } from '../output/draft.ts';
import { type ReadBackOptions, readBack } from '../output/read-back.ts';
import type { Written } from '../output/write-image.ts';
import { verifyApplied } from '../plan/verify.ts';
import type { Base } from '../source/base.ts';
import { openPatch, patchedImage } from './patched-image.ts';

/** What a build has when all is written and nothing published. */
export interface Unverified {
  readonly base: Pick<Base, 'path'>;
  /** The base, open already. */
  readonly device?: BlockDevice | undefined;
  readonly output: Output;
  readonly draft: Draft;
  readonly edited: EditedDevice;
  readonly written: Written;
  readonly edits: readonly AppliedEdit[];
}

export interface VerifyOptions extends ReadBackOptions {
  readonly now: Date;
}

/**
 * The output holds the bytes that were given to it, and these bytes, opened afresh, hold what was planned. Both
 * are read from the file, a patch applied to its base; for a compressed one, which is no device, the second is asked
 * of its like in memory.
 * Returns the SHA-256 of the file where all of it was read.
 * @throws PiImageError `image.verify`
 */
export async function verifyOutput(
  { base, device, output, draft, edited, written, edits }: Unverified,
  options: VerifyOptions,
): Promise<string | undefined> {
  const sha256 = await readBack(draft.file, output, edited, written, options);
  if (output.format === '.img') {
    const finished = openFileDevice(draft.file, { writable: false });
    try {
      await verifyDevice(finished, edits, options.now);
    } finally {
      finished.close();
    }
  } else if (output.format === '.pipatch') {
    using opened = openPatch(draft.file);
    using image = patchedImage(device ?? base.path, opened);
    await verifyDevice(image, edits, options.now);
  } else {
    await verifyDevice(edited, edits, options.now);
  }
  return sha256;
}

/** Opens a finished image and compares it with what the plan was to make of it. */
async function verifyDevice(device: BlockDevice, edits: readonly AppliedEdit[], now: Date): Promise<void> {
  const opened = await openTree(device, { now: () => now });
  try {
    verifyApplied(edits, opened.tree);
  } finally {
    closeImage(opened);
  }
}
