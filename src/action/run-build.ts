import path from 'node:path';
import { type BuildResult, build, plan } from '../build/build.ts';
import { getDownload } from '../build/open-base.ts';
import { planAsJson } from '../cli/commands/plan-text.ts';
import { redact } from '../cli/ui/redact.ts';
import { blockMapNameOf, formatOf } from '../output/format.ts';
import { hasLevel } from '../output/level.ts';
import { findImage } from '../source/catalogue.ts';
import type { ActionInputs } from './action-input.ts';
import type { ActionResult, BaseFacts } from './outputs.ts';
import type { ActionRequest } from './request.ts';
import { buildSummary, planSummary, type StageTime } from './step-summary.ts';

export interface Done {
  readonly result: ActionResult;
  /** Markdown. */
  readonly summary: string;
}

export interface RunOptions {
  /** `performance.now()` of when the step began. */
  readonly started: number;
  /** Stages that are over, filled while the build runs. */
  readonly times: readonly StageTime[];
}

/** Builds the image once for each format, all of them the same image. */
export async function runBuild(
  inputs: ActionInputs,
  { settings, options, outputs }: ActionRequest,
  { started, times }: RunOptions,
): Promise<Done> {
  const built: BuildResult[] = [];
  const mapped = inputs.bmap ? outputs.find((output) => !/\.pipatch$/i.test(output)) : undefined;
  const { compressionLevel, ...rest } = options;
  for (const output of outputs) {
    const level = hasLevel(formatOf(output)) && compressionLevel !== undefined && { compressionLevel };
    built.push(await build(settings, { ...rest, ...level, output, blockMap: output === mapped }));
  }
  const [first] = built;
  if (!first) throw new Error('there was no output to build');

  const base = await baseFacts(first.base);
  const milliseconds = performance.now() - started;
  const artifacts = built.map(({ path: file, size, sha256 }) => ({
    ...{ path: file, name: path.basename(file), size },
    ...(sha256 !== undefined && { sha256 }),
  }));
  const { findings, plan, edits } = first;
  return {
    result: {
      ...{ base, artifacts, milliseconds },
      ...(options.lint !== 'off' && { findings }),
      hostname: plan.hostname,
      checksums: path.join(path.dirname(first.path), 'SHA256SUMS'),
      ...(mapped !== undefined && { blockMap: blockMapNameOf(mapped) }),
    },
    summary: redact(buildSummary({ base, plan, edits, findings, artifacts, times, milliseconds })),
  };
}

/** Says what a build would do. */
export async function runPlan(
  { settings, options }: ActionRequest,
  { started }: Pick<RunOptions, 'started'>,
): Promise<Done> {
  const planned = await plan(settings, options);
  const base = await baseFacts({ name: nameOf(settings) });
  return {
    result: {
      base,
      hostname: planned.hostname,
      artifacts: [],
      plan: redact(JSON.stringify(planAsJson(planned))),
      milliseconds: performance.now() - started,
    },
    summary: redact(planSummary(base, planned)),
  };
}

/** Says what base image would be downloaded, and downloads nothing. */
export async function runCacheKey(
  { spec, options }: ActionRequest,
  { started }: Pick<RunOptions, 'started'>,
): Promise<Done> {
  const download = await getDownload({ ...spec, directory: options.directory ?? '.' }, options);
  const base = await baseFacts({
    name: download?.name ?? spec.image,
    ...(download && { sha256: download.sha256 }),
  });
  return {
    result: {
      base: { ...base, ...(download && { url: download.url }) },
      ...(download && { download }),
      hostname: '',
      artifacts: [],
      milliseconds: performance.now() - started,
    },
    summary: '',
  };
}

const nameOf = (settings: unknown): string => String((settings as { image?: unknown }).image);

/** With what the catalogue knows of a base image of that name. */
export async function baseFacts({ name, sha256 }: BuildResult['base']): Promise<BaseFacts> {
  const known = await findImage(name).catch(() => undefined);
  const url = known?.urls[0];
  const digest = sha256 ?? known?.archive.sha256;
  return {
    name: known?.name ?? name,
    ...(digest !== undefined && { sha256: digest }),
    ...(url !== undefined && { url }),
    ...(known?.date !== undefined && { version: known.date }),
  };
}
