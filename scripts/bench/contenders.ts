import { rmSync } from 'node:fs';
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

/** A script that gets its input as $1, its output as $2, and what else it is given. */
export function shell(
  folder: string,
  script: string,
  input: string,
  output: string,
  ...more: readonly string[]
): Command {
  return {
    ...{ file: 'sh', args: ['-c', script, 'sh', input, output, ...more] },
    ...{ cwd: folder, before: removed(output) },
  };
}

export function removed(output: string): () => void {
  return () => rmSync(output, { force: true });
}

/** Copies an image and waits until the disk has it. */
export function copyToDisk(folder: string, image: string, output: string): Command {
  return shell(folder, 'cp --sparse=always "$1" "$2" && sync "$2"', image, output);
}

/** Without the rivals that are not installed. */
export function withInstalled(one: Omit<BenchCase, 'missing'>): BenchCase {
  const missing = one.rivals.flatMap(({ needs = [] }) => needs.filter((tool) => !has(tool)));
  const rivals = one.rivals.filter(({ needs = [] }) => needs.every((tool) => !missing.includes(tool)));
  return { ...one, rivals, missing };
}
