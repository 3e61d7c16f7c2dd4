import path from 'node:path';
import { execa } from 'execa';
import { projectRoot } from './prerequisites.ts';
import type { Limits } from './until.ts';

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limits: Limits;
}

/** Runs the compiled program as a user would, and returns what it prints on standard output. */
export async function piImage(args: readonly string[], { cwd, env, limits }: RunOptions): Promise<string> {
  const program = path.join(projectRoot, 'dist/cli/main.js');
  const result = await execa(process.execPath, [program, ...args], {
    cwd,
    ...(env && { env }),
    cancelSignal: limits.signal,
    timeout: limits.patience * 180_000,
    stdin: 'ignore',
    stripFinalNewline: false,
    reject: false,
  });
  if (result.failed) throw new Error(`pi-image ${args[0]}: ${result.stderr.trim() || result.shortMessage}`);
  return result.stdout;
}
