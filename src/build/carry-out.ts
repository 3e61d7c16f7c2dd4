import { lintModeOf, requireNoErrors, unadvised } from '../lint/after-build.ts';
import { type LintFinding, lintImage } from '../lint/lint-image.ts';
import type { AppliedEdit } from '../model/applied.ts';
import { asItIsNow } from './as-it-is-now.ts';
import { editImage } from './edit-image.ts';
import type { BuildOptions } from './options.ts';
import type { Planned } from './prepare.ts';

export type MakeOptions = BuildOptions & { readonly now: Date };

export interface Made {
  readonly edits: readonly AppliedEdit[];
  /** What lint finds in it and the plan's advice has not told; nothing with `lint: 'off'`. */
  readonly findings: readonly LintFinding[];
}

/** Edits an open image in memory as its plan says, and looks over what came of it. */
export async function carryOut(planned: Planned, options: MakeOptions): Promise<Made> {
  const edits = await editImage(planned, options);
  return { edits, findings: lintMade(planned, options) };
}

/** Looks over what was made, before it is written; what the plan has said already is not said again. */
function lintMade(
  { image, plan }: Planned,
  { now, lint, public: isPublic = false, onEvent }: MakeOptions,
): readonly LintFinding[] {
  const mode = lintModeOf({ ...(lint && { lint }), public: isPublic });
  if (mode === 'off') return [];
  const report = lintImage(asItIsNow(image), { now, public: isPublic });
  if (mode === 'error') requireNoErrors(report.findings, isPublic);
  const findings = unadvised(report.findings, plan.advice);
  for (const finding of findings) onEvent?.({ code: 'finding', ...finding });
  return findings;
}
