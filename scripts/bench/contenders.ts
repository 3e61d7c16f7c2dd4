import path from 'node:path';
import { cli } from './inputs.ts';
import { type Command, has } from './measure.ts';

export interface Contender {
  readonly title: string;
  readonly command: Command;
  /** Programs it needs. */
  readonly needs?: readonly string[];
}

export interface BenchCase {
  readonly name: string;
  readonly ours: Contender;
  readonly rivals: readonly Contender[];
  /** Rivals' programs that are not installed. */
  readonly missing: readonly string[];
}

/** A build of the settings in `folder`, with a cache of its own. */
export function buildCommand(folder: string, output: string, ...options: readonly string[]): Command {
  return {
    file: 'node',
    args: [cli, 'build', '-o', output, '--cache-dir', path.join(folder, 'cache'), ...options],
    cwd: folder,
  };
}

/** Without the rivals that are not installed. */
export function withInstalled(one: Omit<BenchCase, 'missing'>): BenchCase {
  const missing = one.rivals.flatMap(({ needs = [] }) => needs.filter((tool) => !has(tool)));
  const rivals = one.rivals.filter(({ needs = [] }) => needs.every((tool) => !missing.includes(tool)));
  return { ...one, rivals, missing };
}
