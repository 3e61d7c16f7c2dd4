import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');

interface Metadata {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
}

/** action.yml, read as the runner reads it. */
export const metadata = parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as Metadata;

/** What the runner downloads of a repository, without what no action needs: nothing is installed there. */
export function checkOutAction(folder: string): string {
  const copy = path.join(folder, 'action-repository');
  for (const name of ['action.yml', 'action', 'images', 'templates', 'package.json'])
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  return copy;
}

export interface Step {
  /** `with:` of the step. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** `env:` of the step. */
  readonly env?: NodeJS.ProcessEnv;
  /** Given what was printed so far; true when somebody cancels the run. */
  readonly cancelWhen?: (stdout: string) => boolean;
}

export interface StepResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The files of the runner, as they are. */
  readonly files: Readonly<Record<string, string>>;
}

/** Runs a step of the action as the runner does: defaults of action.yml, INPUT_* variables, files for what comes out. */
export async function runStep(
  repository: string,
  workspace: string,
  { inputs = {}, env = {}, cancelWhen }: Step,
): Promise<StepResult> {
  const commands = path.join(path.dirname(repository), 'file-commands');
  mkdirSync(commands, { recursive: true });
  const files = {
    GITHUB_OUTPUT: path.join(commands, 'output'),
    GITHUB_STEP_SUMMARY: path.join(commands, 'summary'),
  };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const running = execa(process.execPath, [path.join(repository, metadata.runs.main)], {
    cwd: workspace,
    reject: false,
    stdin: 'ignore',
    extendEnv: false,
    env: {
      ...{ PATH: process.env['PATH'], HOME: workspace, TMPDIR: workspace, RUNNER_TEMP: workspace },
      ...{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: workspace },
      ...{ PI_IMAGE_CACHE_DIR: path.join(workspace, 'cache'), LANG: 'C.UTF-8' },
      ...files,
      ...inputVariables(inputs),
      ...env,
    },
  });
  let shown = '';
  let isCancelled = false;
  running.stdout.on('data', (piece: Buffer) => {
    shown += piece.toString();
    if (isCancelled || !cancelWhen?.(shown)) return;
    isCancelled = true;
    running.kill('SIGINT');
  });
  const { exitCode, stdout, stderr } = await running;
  const texts = {
    output: readFileSync(files.GITHUB_OUTPUT, 'utf8'),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
  return { exitCode, stdout, stderr, outputs: outputsIn(texts.output), summary: texts.summary, files: texts };
}

function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = Object.fromEntries(
    Object.entries(metadata.inputs).map(([name, { default: value = '' }]) => [
      name,
      value.startsWith('${{') ? '' : value,
    ]),
  );
  const all = Object.entries({ ...defaults, ...inputs });
  return Object.fromEntries(
    all.map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

/** As the runner parses it: a name, a delimiter of the writer's choice, lines up to that. */
function outputsIn(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 1) {
    const [, name, end] = /^([^=<]+)<<(.+)$/.exec(lines.shift() ?? '') ?? [];
    if (name === undefined || end === undefined)
      throw new Error('GITHUB_OUTPUT is not in the form of the runner');
    const at = lines.indexOf(end);
    outputs[name] = lines
      .splice(0, at + 1)
      .slice(0, -1)
      .join('\n');
  }
  return outputs;
}
