import path from 'node:path';
import { lintModeOf } from '../lint/after-build.ts';
import type { LintFinding } from '../lint/lint-image.ts';
import type { AppliedEdit } from '../model/applied.ts';
import type { Plan } from '../model/plan.ts';
import { SideWork } from '../model/side-work.ts';
import { checkOutput, type Output } from '../output/check-output.ts';
import { rawNameOf } from '../output/format.ts';
import type { Spec } from '../spec/spec.ts';
import { cachePlace } from './cache-place.ts';
import { codeStoreFor } from './code-store.ts';
import { EarlyOutput } from './early-output.ts';
import { type FinishedImage, finishImage } from './finish.ts';
import { makeImage } from './make-image.ts';
import type { BuildOptions, PlanOptions } from './options.ts';
import { type CheckedSettings, prepare, readSettings } from './prepare.ts';

export interface BuildResult extends FinishedImage {
  readonly base: { readonly name: string; readonly sha256?: string };
  readonly plan: Plan;
  readonly edits: readonly AppliedEdit[];
  /** What lint finds in it and the plan's advice has not told; nothing with `lint: 'off'`. */
  readonly findings: readonly LintFinding[];
}

/** What a build would do, without doing it. */
export async function plan(settings: unknown, options: PlanOptions = {}): Promise<Plan> {
  using prepared = await prepare(readSettings(settings, options), options);
  return prepared.plan;
}

/**
 * Makes one finished image out of a base image and settings. The output gets its name only when it is whole and
 * verified; any failure, and an abort, leaves nothing behind.
 */
export async function build(settings: unknown, options: BuildOptions = {}): Promise<BuildResult> {
  return buildChecked(readSettings(settings, options), options);
}

/** `build` for settings that have been checked, whatever they are for. */
export async function buildChecked(request: CheckedSettings, options: BuildOptions): Promise<BuildResult> {
  const { environment = {}, now = new Date(), blockMap = false, compressionLevel: level } = options;
  const { spec } = request;
  lintModeOf(options);
  const output = await checkOutput(outputFor(spec, options), {
    overwrite: options.overwrite ?? false,
    blockMap,
    level,
    base: path.resolve(options.directory ?? '.', spec.image),
    environment,
  });
  // The base may be edited before it is in the cache for good.
  await using side = new SideWork();
  return await side.beside(() => buildTo(output, request, { ...options, now, environment }, side));
}

async function buildTo(
  output: Output,
  request: CheckedSettings,
  options: BuildOptions & Required<Pick<BuildOptions, 'now' | 'environment'>>,
  side: SideWork,
): Promise<BuildResult> {
  const { signal, onEvent, now } = options;
  // What is written with holes of its own has no use for a copy of the base.
  const isCopy = output.format === '.img' && !options.zeroFree;
  await using early = isCopy ? new EarlyOutput(output, { onEvent, signal }) : undefined;
  using made = await makeImage(request, { ...options, copy: early, side });
  const { base, overlay, plan, edits, findings } = made;
  const isPrivate = plan.sensitive;
  const written = await finishImage(
    { base, overlay, edits, isPrivate, output, draft: early && (() => early.take({ isPrivate })) },
    {
      checksums: options.checksums ?? false,
      verify: options.verify ?? 'written',
      level: options.compressionLevel,
      store: options.zeroFree ? undefined : codeStoreFor(base, options),
      blockMap: options.blockMap ?? false,
      cacheDirectory: cachePlace(options),
      zeroFree: options.zeroFree ?? false,
      onReady: () => side.end(),
      now,
      environment: options.environment,
      onEvent,
      signal,
    },
  );
  return {
    ...written,
    base: { name: base.name, ...(base.sha256 !== undefined && { sha256: base.sha256 }) },
    plan,
    edits,
    findings,
  };
}

function outputFor(spec: Spec, options: BuildOptions): string {
  if (options.output !== undefined) return path.resolve(options.output);
  if (spec.output !== undefined) return path.resolve(options.directory ?? '.', spec.output);
  return path.resolve(rawNameOf(spec.image));
}
