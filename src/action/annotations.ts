import path from 'node:path';
import type { PiImageError, Place } from '../model/errors.ts';
import type { Advice } from '../model/plan.ts';
import type { WorkflowCommand } from './workflow-command.ts';

/** An error as annotations: one for each fault, at its place in a file where it has one. Pure. */
export function annotationsOf(error: PiImageError, workspace: string): readonly WorkflowCommand[] {
  const title = `pi-image: ${error.code}`;
  if (error.problems.length === 0)
    return [{ name: 'error', message: sentences(error.message, error.help), properties: { title } }];
  return error.problems.map(({ message, path: setting, help, at }) => ({
    name: 'error',
    message: sentences(setting ? `${setting}: ${message}` : message, help ?? error.help),
    properties: { ...(at && placeOf(at, workspace)), title },
  }));
}

export function warningOf({ id, message, help }: Advice): WorkflowCommand {
  return {
    name: 'warning',
    message: sentences(message, help),
    properties: { title: `pi-image: ${id}` },
  };
}

/** GitHub shows an annotation in a file of the repository when its path starts at the workspace. */
function placeOf({ file, line, column, length }: Place, workspace: string): Record<string, string | number> {
  const relative = path.relative(workspace, path.resolve(workspace, file));
  return {
    file: (relative.startsWith('..') || path.isAbsolute(relative) ? file : relative).replaceAll('\\', '/'),
    line,
    col: column,
    endColumn: column + length,
  };
}

const sentences = (message: string, help: string | undefined): string =>
  help === undefined ? message : `${message}\n${help}`;
