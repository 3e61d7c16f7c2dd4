import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const main = path.join(root, 'dist', 'cli', 'main.js');

export interface CliOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Words of another command that is to run the program, such as a shell that sets limits first. */
  readonly through?: readonly string[];
  /** Milliseconds until it is killed, with no chance to clean up. */
  readonly killAfter?: number;
  /** Standard input stays open after `input`, for `onStart` to write to. */
  readonly interactive?: boolean;
  /** Called with the process while it runs. */
  readonly onStart?: (running: Running) => void;
}

/** What a test may watch and do while the program runs. */
export type Running = Pick<ResultPromise, 'pid' | 'stdin' | 'stdout' | 'stderr' | 'kill'>;

type OnTestFinished = (clean: () => Promise<void>) => void;

export interface CliResult {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the compiled program with an environment of its own, as a script in CI would: no terminal, no inherited settings. */
export async function cli(
  args: readonly string[],
  { cwd, env = {}, input = '', through = [], killAfter = 0, interactive = false, onStart }: CliOptions,
): Promise<CliResult> {
  const [command = process.execPath, ...words] = [...through, process.execPath, main, ...args];
  const running = execa(command, words, {
    cwd,
    stdin: 'pipe',
    reject: false,
    timeout: killAfter,
    killSignal: 'SIGKILL',
    extendEnv: false,
    env: {
      PATH: process.env['PATH'],
      HOME: cwd,
      TMPDIR: cwd,
      PI_IMAGE_CACHE_DIR: path.join(cwd, 'cache'),
      ...env,
    },
  });
  // A program that ends without reading it all is no fault of the test.
  running.stdin.on('error', () => {});
  running.stdin.write(input);
  if (!interactive) running.stdin.end();
  onStart?.(running);
  const { exitCode, stdout, stderr } = await running;
  return { exitCode, stdout, stderr };
}

/** An empty folder that goes away with the test; tests that run at the same time pass their own `onTestFinished`. */
export async function workFolder(onFinished: OnTestFinished = onTestFinished): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pi-image-e2e-'));
  onFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
