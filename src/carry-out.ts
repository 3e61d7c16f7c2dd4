import { asItIsNow } from './as-it-is-now.ts';
import { codeStoreFor } from './code-store.ts';
import { editImage } from './edit-image.ts';
import { type FinishedImage, finishImage } from './finish.ts';
import { requirePublishable, unadvised } from './lint/after-build.ts';
import { type LintFinding, lintImage } from './lint/lint-image.ts';
import type { AppliedEdit } from './model/applied.ts';
import { cachePlace } from './open-base.ts';
import type { BuildOptions } from './options.ts';
import type { Output } from './output/check-output.ts';
import type { Planned } from './prepare.ts';

export interface CarriedOut extends FinishedImage {
  readonly edits: readonly AppliedEdit[];
  /** What lint finds in it and the plan's advice has not told. */
  readonly findings: readonly LintFinding[];
}

export interface CarryOutOptions extends BuildOptions {
  readonly now: Date;
  /** Tell the SHA-256 of a raw image too, which costs another pass over all of it. @default false */
  readonly digest?: boolean;
  /** Awaited when all is written and verified, before it has its name. */
  readonly onReady?: (finished: FinishedImage) => Promise<void>;
}

/** Makes the output of a plan: edits the image in memory, looks it over, writes it, verifies it, and gives it its name. */
export async function carryOut(
  planned: Planned,
  output: Output,
  options: CarryOutOptions,
): Promise<CarriedOut> {
  const { base, overlay, plan } = planned;
  const edits = await editImage(planned, options);
  const findings = lintBuilt(planned, options);
  const written = await finishImage(
    { base, overlay, edits, isPrivate: plan.sensitive, output },
    {
      checksums: options.checksums ?? false,
      digest: options.digest ?? false,
      verify: options.verify ?? 'written',
      store: options.zeroFree ? undefined : codeStoreFor(base, options),
      blockMap: options.blockMap ?? false,
      cacheDirectory: cachePlace(options),
      zeroFree: options.zeroFree ?? false,
      onReady: options.onReady,
      now: options.now,
      environment: options.environment ?? {},
      onEvent: options.onEvent,
      signal: options.signal,
    },
  );
  return { ...written, edits, findings };
}

/** Looks over what was made, before it is written; what the plan has said already is not said again. */
function lintBuilt(
  { image, plan }: Planned,
  { now, public: isPublic = false, onEvent }: CarryOutOptions,
): readonly LintFinding[] {
  const report = lintImage(asItIsNow(image), { now, public: isPublic });
  if (isPublic) requirePublishable(report.findings);
  const findings = unadvised(report.findings, plan.advice);
  for (const finding of findings) onEvent?.({ code: 'finding', ...finding });
  return findings;
}
