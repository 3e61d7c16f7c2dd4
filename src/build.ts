import path from 'node:path';
import { type CarriedOut, carryOut } from './carry-out.ts';
import type { Plan } from './model/plan.ts';
import type { BuildOptions, PlanOptions } from './options.ts';
import { checkOutput } from './output/check-output.ts';
import { rawNameOf } from './output/format.ts';
import { prepare, readSettings } from './prepare.ts';
import type { Spec } from './spec/spec.ts';

export interface BuildResult extends CarriedOut {
  readonly base: { readonly name: string; readonly sha256?: string };
  readonly plan: Plan;
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
  const { environment = {}, now = new Date() } = options;
  const request = readSettings(settings, options);
  const { spec } = request;
  const output = await checkOutput(outputFor(spec, options), {
    overwrite: options.overwrite ?? false,
    blockMap: options.blockMap ?? false,
    base: path.resolve(options.directory ?? '.', spec.image),
    environment,
  });

  using prepared = await prepare(request, { ...options, now });
  const { base, plan } = prepared;
  const made = await carryOut(prepared, output, { ...options, now });
  return {
    ...made,
    base: { name: base.name, ...(base.sha256 !== undefined && { sha256: base.sha256 }) },
    plan,
  };
}

function outputFor(spec: Spec, options: BuildOptions): string {
  if (options.output !== undefined) return path.resolve(options.output);
  if (spec.output !== undefined) return path.resolve(options.directory ?? '.', spec.output);
  return path.resolve(rawNameOf(spec.image));
}
