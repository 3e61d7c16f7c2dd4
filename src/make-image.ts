import { asItIsNow } from './as-it-is-now.ts';
import { editImage } from './edit-image.ts';
import { requirePublishable, unadvised } from './lint/after-build.ts';
import { type LintFinding, lintImage } from './lint/lint-image.ts';
import type { AppliedEdit } from './model/applied.ts';
import type { BuildOptions } from './options.ts';
import { type CheckedSettings, type Prepared, prepare } from './prepare.ts';

/** A finished image in memory, which nothing has been written of yet. */
export interface MadeImage extends Prepared {
  readonly edits: readonly AppliedEdit[];
  /** What lint finds in it and the plan's advice has not told. */
  readonly findings: readonly LintFinding[];
}

/** Gets the base, plans, edits in memory, and looks over what came of it. */
export async function makeImage(
  request: CheckedSettings,
  options: BuildOptions & { readonly now: Date },
): Promise<MadeImage> {
  const prepared = await prepare(request, options);
  try {
    const edits = await editImage(prepared, options);
    return { ...prepared, edits, findings: lintMade(prepared, options) };
  } catch (error) {
    prepared[Symbol.dispose]();
    throw error;
  }
}

/** Looks over what was made, before it is written; what the plan has said already is not said again. */
function lintMade(
  { image, plan }: Prepared,
  { now, public: isPublic = false, onEvent }: BuildOptions & { readonly now: Date },
): readonly LintFinding[] {
  const report = lintImage(asItIsNow(image), { now, public: isPublic });
  if (isPublic) requirePublishable(report.findings);
  const findings = unadvised(report.findings, plan.advice);
  for (const finding of findings) onEvent?.({ code: 'finding', ...finding });
  return findings;
}
