import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { exitCodeOf } from '../cli/exit-code.ts';
import { Interruption } from '../cli/signals.ts';
import { noPaint } from '../cli/ui/paint.ts';
import { plainRenderer } from '../cli/ui/plain.ts';
import { describeError } from '../cli/ui/problem.ts';
import { PiImageError } from '../model/errors.ts';
import type { BuildEvent, OnEvent, Stage } from '../model/events.ts';
import { annotationsOf, warningOf } from './annotations.ts';
import { environmentFileEntries } from './environment-file.ts';
import { type ActionResult, outputsOf } from './outputs.ts';
import { parseInputs } from './parse-inputs.ts';
import { assetsOf } from './release/assets.ts';
import { uploadRelease } from './release/upload-release.ts';
import { actionRequest } from './request.ts';
import { type Done, runBuild, runCacheKey, runPlan } from './run-build.ts';
import { plannedRelease, runRelease } from './run-release.ts';
import { type RunnerLog, runnerLog } from './runner-log.ts';
import { secretsIn, withoutEmptySecrets } from './secret-variables.ts';
import { releaseSummary, type StageTime } from './step-summary.ts';

export interface ActionContext {
  readonly env: NodeJS.ProcessEnv;
  readonly workspace: string;
  readonly signal: AbortSignal;
  /** Standard output of the step; gets whole lines. */
  readonly write: (text: string) => void;
}

/** GitHub takes no output of more than 1 MiB. */
const outputLimit = 1_000_000;

/** The whole step, from the runner's environment to its files. Returns the exit code; any but 0 fails the step. */
export async function runAction(context: ActionContext): Promise<number> {
  const { workspace, signal } = context;
  const env = withoutEmptySecrets(context.env);
  const log = runnerLog(context.write);
  for (const secret of secretsIn(env)) log.mask(secret);
  try {
    const { result, summary } = await work({ ...context, env }, log);
    await tell(result, env, log);
    if (env['GITHUB_STEP_SUMMARY']) await appendFile(env['GITHUB_STEP_SUMMARY'], summary);
    return 0;
  } catch (error) {
    return fail(error, { workspace, signal, log });
  }
}

async function work({ env, workspace, signal }: ActionContext, log: RunnerLog): Promise<Done> {
  const started = performance.now();
  const inputs = parseInputs(env);
  const planned = plannedRelease(inputs, { env, workspace });
  const times: StageTime[] = [];
  const onEvent = listener(log, { verbose: inputs.flags.verbose ?? false, times });
  const mask = (secret: string) => log.mask(secret);
  const request = await actionRequest(inputs, { env, workspace, signal, onEvent, mask });
  if (inputs['only-cache-key']) return runCacheKey(request, { started });
  if (inputs.flags.dryRun) return runPlan(request, { started });
  if (planned === undefined) {
    for (const output of request.outputs) await mkdir(path.dirname(output), { recursive: true });
    return runBuild(inputs, request, { started, times });
  }
  await mkdir(path.dirname(planned.folder), { recursive: true });
  const done = await runRelease(inputs, request, planned, { started, times });
  const tag = inputs['release-tag'];
  if (tag === undefined) return done;
  const release = await uploadRelease(assetsOf(done.result.released ?? []), {
    ...{ tag, token: inputs['github-token'], environment: env, signal, onEvent },
    print: (line) => log.print(line),
  });
  return { result: { ...done.result, release }, summary: `${done.summary}\n${releaseSummary(tag, release)}` };
}

/** Tells of the build in the log, of warnings as annotations, and keeps the times of the stages. */
function listener(
  log: RunnerLog,
  { verbose, times }: { readonly verbose: boolean; readonly times: StageTime[] },
): OnEvent {
  const renderer = plainRenderer((line) => log.print(line), { paint: noPaint, verbose });
  const told = new Set<string>();
  return (event) => {
    // A build of several formats would say it once for each.
    if (event.code === 'advice' || event.code === 'finding') {
      const text = JSON.stringify(event);
      if (told.has(text)) return;
      told.add(text);
    }
    const warning = warningIn(event);
    if (warning) log.command(warning);
    else renderer.event(event);
    if (event.code === 'stage.finished') addTime(times, event.stage, event.milliseconds);
  };
}

function addTime(times: StageTime[], stage: Stage, milliseconds: number): void {
  const same = times.findIndex((one) => one.stage === stage);
  if (same < 0) times.push({ stage, milliseconds });
  else times[same] = { stage, milliseconds: milliseconds + (times[same]?.milliseconds ?? 0) };
}

function warningIn(event: BuildEvent): ReturnType<typeof warningOf> | undefined {
  if (event.code === 'advice' && event.level === 'warning') return warningOf(event);
  if (event.code !== 'finding' || event.level === 'note') return undefined;
  const place = event.line === undefined ? event.path : `${event.path}:${event.line}`;
  const { level, rule: id, message, help } = event;
  return warningOf({
    level: level === 'error' ? 'warning' : level,
    id,
    message: `${place}: ${message}`,
    help,
  });
}

async function tell(result: ActionResult, env: NodeJS.ProcessEnv, log: RunnerLog): Promise<void> {
  const file = env['GITHUB_OUTPUT'];
  const outputs = Object.entries(outputsOf(result)).map(([name, value]) => {
    if (value.length <= outputLimit) return [name, value];
    const message = `the output ${name} is too long for GitHub (${value.length} characters), and left empty`;
    log.command(warningOf({ level: 'warning', id: 'action.output', message }));
    return [name, ''];
  });
  if (file) await appendFile(file, environmentFileEntries(Object.fromEntries(outputs)));
  for (const { path: written } of result.artifacts) log.print(`Wrote ${written}`);
}

interface FailContext {
  readonly workspace: string;
  readonly signal: AbortSignal;
  readonly log: RunnerLog;
}

function fail(error: unknown, { workspace, signal, log }: FailContext): number {
  if (signal.aborted && signal.reason instanceof Interruption) {
    log.print(`${signal.reason.message}; no output was left behind`);
    return signal.reason.exitCode;
  }
  if (PiImageError.is(error)) {
    log.print(describeError(error, noPaint));
    for (const annotation of annotationsOf(error, workspace)) log.command(annotation);
    return exitCodeOf(error);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.print(`${stack}\n\nThis is a bug in pi-image. Please report it with the text above.`);
  const message = error instanceof Error ? error.message : String(error);
  log.command({ name: 'error', message, properties: { title: 'pi-image: a bug' } });
  return exitCodeOf(error);
}
