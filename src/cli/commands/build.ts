import { homedir } from 'node:os';
import path from 'node:path';
import { type BuildResult, build } from '../../build/build.ts';
import type { BuildOptions } from '../../build/options.ts';
import type { LintMode } from '../../lint/after-build.ts';
import { buildRequest, type RequestFlags } from '../build-request.ts';
import { lintAndLevel } from '../lint-and-level.ts';
import type { ProgramContext } from '../program.ts';
import { checkedReleaseFlags } from '../release-flags.ts';
import { formatBytes } from '../ui/format.ts';
import { paintFor } from '../ui/paint.ts';
import { printable } from '../ui/problem.ts';
import { redact } from '../ui/redact.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { runPlan } from './plan.ts';
import { planAsJson } from './plan-text.ts';

export interface BuildCommandFlags extends RequestFlags {
  readonly dryRun?: boolean;
  readonly overwrite?: boolean;
  readonly verify?: 'written' | 'full' | false;
  readonly checksums?: boolean;
  readonly bmap?: boolean;
  readonly zeroFree?: boolean;
  readonly compressionLevel?: string;
  readonly lint?: LintMode;
  readonly public?: boolean;
  readonly release?: string;
  readonly formats?: string;
  readonly releaseUrl?: string;
  readonly releaseTitle?: string;
  readonly releaseDescription?: string;
  readonly releaseIcon?: string;
  readonly releaseWebsite?: string;
  readonly releaseDevices?: string;
}

export async function runBuild(
  config: string | undefined,
  flags: BuildCommandFlags,
  { signal }: ProgramContext,
): Promise<void> {
  if (flags.dryRun) return runPlan(config, flags, { signal });
  const releaseFlags = checkedReleaseFlags(flags);
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  try {
    const { settings, options } = await buildRequest(config, flags, renderer, signal);
    const buildOptions = { ...options, ...commonOptions(flags, process.env) };
    if (releaseFlags) {
      const { runRelease } = await import('./release.ts');
      return await runRelease(settings, buildOptions, { ...flags, ...releaseFlags }, renderer);
    }
    const result = await build(settings, {
      ...buildOptions,
      ...filesBeside(flags),
      public: flags.public ?? false,
    });
    renderer.close();
    printBuilt(result, flags);
  } finally {
    renderer.close();
  }
}

/** What is written beside the image. */
export function filesBeside({ checksums = false, bmap = false }: BuildCommandFlags): BuildOptions {
  return { checksums, blockMap: bmap };
}

export function printBuilt(result: BuildResult, { json, quiet = false }: BuildCommandFlags): void {
  if (json) printJson(result);
  else printResult(result, quiet);
}

export function commonOptions(flags: BuildCommandFlags, env: NodeJS.ProcessEnv): BuildOptions {
  return {
    overwrite: flags.overwrite ?? false,
    verify: flags.verify === false ? 'none' : (flags.verify ?? 'written'),
    zeroFree: flags.zeroFree ?? false,
    ...lintAndLevel(flags),
    dockerConfig: dockerConfigFile(env),
  };
}

/** docker's own settings, where it keeps credentials. */
export function dockerConfigFile(env: NodeJS.ProcessEnv): string {
  return path.join(env['DOCKER_CONFIG'] ?? path.join(homedir(), '.docker'), 'config.json');
}

function printJson({ plan, edits, ...result }: BuildResult): void {
  const line = { code: 'result', outcome: 'success', ...result, edits, plan: planAsJson(plan) };
  process.stdout.write(`${redact(JSON.stringify(line))}\n`);
}

/** The path alone goes to standard output; what to do with it is for people. */
function printResult(result: BuildResult, quiet: boolean): void {
  const shown = path.relative(process.cwd(), result.path) || result.path;
  process.stdout.write(`${shown.startsWith('..') ? result.path : shown}\n`);
  if (quiet) return;
  const paint = paintFor(process.stderr);
  const { login, hostname, firstBoot, os } = result.plan;
  const lines = [
    `${paint('green', paint('bold', 'Done'))}: ${formatBytes(result.size)}, ${result.edits.filter(({ action }) => action !== 'unchanged').length} paths edited`,
    shown.toLowerCase().endsWith('.pipatch')
      ? 'Make the image of it: pi-image apply, with the same base image'
      : 'Flash it: Raspberry Pi Imager → Choose OS → Use custom, or Etcher',
  ];
  if (os.units['ssh.service'] && login)
    lines.push(`Then: ssh ${printable(login.name)}@${printable(hostname)}.local`);
  if (firstBoot.length > 0) {
    lines.push(`At its first boot it will: ${firstBoot.map(({ title }) => printable(title)).join('; ')}`);
    lines.push(`How that went is told in pi-image/status.json on the boot partition`);
  }
  process.stderr.write(redact(`${lines.join('\n')}\n`));
}
