import { lintModeOf, requireNoErrors, unadvised } from '../lint/after-build.ts';
import { type LintFinding, lintImage } from '../lint/lint-image.ts';
import type { AppliedEdit } from '../model/applied.ts';
import { asItIsNow } from './as-it-is-now.ts';
import { editImage } from './edit-image.ts';
import type { BaseOptions } from './open-base.ts';
import type { BuildOptions } from './options.ts';
import { type CheckedSettings, type Planned, type Prepared, prepare } from './prepare.ts';

type MakeOptions = BuildOptions & { readonly now: Date };

interface Made {
  readonly edits: readonly AppliedEdit[];
  /** What lint finds in it and the plan's advice has not told; nothing with `lint: 'off'`. */
  readonly findings: readonly LintFinding[];
}

/** A finished image in memory, which nothing has been written of yet. */
export type MadeImage = Prepared & Made;

/** Gets the base, plans, edits in memory, and looks over what came of it. */
export async function makeImage(
  request: CheckedSettings,
  options: MakeOptions & Pick<BaseOptions, 'copy' | 'side'>,
): Promise<MadeImage> {
  const prepared = await prepare(request, options);
  try {
    return { ...prepared, ...(await carryOut(prepared, options)) };
  } catch (error) {
    prepared[Symbol.dispose]();
    throw error;
  }
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
