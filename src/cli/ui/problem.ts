import { PiImageError as Known, type PiImageError, type Place, type Problem } from '../../model/errors.ts';
import type { Paint } from './paint.ts';

/** An error as a person reads it: what, where, and at the end what to do. */
export function describeError(error: PiImageError, paint: Paint): string {
  const lines = [`${paint('red', paint('bold', `error[${error.code}]`))}: ${printable(error.message)}`];
  for (const problem of error.problems) lines.push(...describeProblem(problem, paint));
  if (error.help !== undefined) lines.push(`${paint('cyan', 'help')}: ${printable(error.help)}`);
  return `${lines.join('\n')}\n`;
}

function describeProblem(problem: Problem, paint: Paint): string[] {
  const name = problem.path ? `${problem.path}: ` : '';
  const lines = [`  ${printable(name + problem.message)}`];
  if (problem.at) lines.push(...describePlace(problem.at, paint));
  if (problem.help !== undefined) lines.push(`  ${paint('cyan', 'help')}: ${printable(problem.help)}`);
  return lines;
}

function describePlace({ file, line, column, length, source }: Place, paint: Paint): string[] {
  const margin = ' '.repeat(String(line).length);
  const shown = printable(source);
  const pointer = `${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, length))}`;
  return [
    `  ${margin}${paint('cyan', '-->')} ${file}:${line}:${column}`,
    `  ${margin} |`,
    `  ${line} | ${shown}`,
    `  ${margin} | ${paint('red', pointer)}`,
  ];
}

/** Names from images and networks may hold control characters; a terminal must not obey them. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
  });
}

/** The last line of `--json` when a run failed. */
export function errorAsJson(error: unknown, exitCode: number): Record<string, unknown> {
  const message = error instanceof Error ? error.message : String(error);
  const known = Known.is(error)
    ? { error: error.code, help: error.help, problems: error.problems }
    : { error: 'bug' };
  return { code: 'result', outcome: 'error', exitCode, message, ...known };
}
