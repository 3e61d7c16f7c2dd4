import path from 'node:path';
import type { OpenImage } from '../image/open-image.ts';
import { builtInRules } from '../lint/index.ts';
import { type LintReport, lintImage } from '../lint/lint-image.ts';
import type { Rule } from '../lint/rule.ts';
import type { AppliedEdit } from '../model/applied.ts';
import { checkOutput } from '../output/check-output.ts';
import { applyPlan } from '../plan/apply.ts';
import { asItIsNow } from './as-it-is-now.ts';
import { cachePlace } from './cache-place.ts';
import { type FinishedImage, finishImage } from './finish.ts';
import { openBase } from './open-base.ts';
import type { OpenOptions } from './options.ts';

export interface MendOptions extends OpenOptions {
  /** File to write. The ending names the format. */
  readonly output: string;
  /** Folder that a relative path of the image starts at. @default the current folder */
  readonly directory?: string;
  /** Replace the output file if it exists. @default false */
  readonly overwrite?: boolean;
  /** The image is for everybody: rules about leaks become errors. @default false */
  readonly public?: boolean;
  /** @default builtInRules */
  readonly rules?: readonly Rule[];
}

export interface MendResult extends FinishedImage {
  readonly before: LintReport;
  /** What is left, for a person to put right. */
  readonly after: LintReport;
  readonly edits: readonly AppliedEdit[];
}

/** Writes a copy of an image in which all that rules can safely mend is mended. */
export async function mend(image: string, options: MendOptions): Promise<MendResult> {
  const { environment = {}, now = new Date(), onEvent, signal, rules = builtInRules } = options;
  const { directory = '.' } = options;
  const output = await checkOutput(options.output, {
    overwrite: options.overwrite ?? false,
    base: path.resolve(directory, image),
    environment,
  });
  using opened = await openBase({ image, directory }, { ...options, now });
  const lintOptions = { rules, now, public: options.public ?? false };
  const before = lintImage(opened.image, lintOptions);
  const edits = mendTree(opened.image, rules, now);
  const after = lintImage(asItIsNow(opened.image), lintOptions);
  for (const edit of edits) onEvent?.({ code: 'edit.applied', edit });

  const isPrivate = after.findings.some(({ rule }) => rules.some(({ id, leak }) => id === rule && leak));
  const written = await finishImage(
    { base: opened.base, overlay: opened.overlay, edits, isPrivate, output },
    {
      checksums: false,
      blockMap: false,
      cacheDirectory: cachePlace(options),
      zeroFree: false,
      verify: 'written',
      now,
      environment,
      onEvent,
      signal,
    },
  );
  return { ...written, before, after, edits };
}

/**
 * Lets each rule mend what it still finds when its turn comes: one may have moved the file that the next one changes.
 * Returns what became of each path.
 */
export function mendTree(image: OpenImage, rules: readonly Rule[], now: Date): readonly AppliedEdit[] {
  const byPath = new Map<string, AppliedEdit>();
  let current = image;
  for (const rule of rules) {
    const edits = (rule.mend?.({ ...current, now }) ?? []).map((draft) => ({ ...draft, from: rule.id }));
    if (edits.length === 0) continue;
    for (const applied of applyPlan({ edits, os: current.os }, image.tree)) {
      const from = [...(byPath.get(applied.path)?.from ?? []), ...applied.from];
      byPath.set(applied.path, { ...applied, from });
    }
    current = asItIsNow(image);
  }
  return [...byPath.values()];
}
