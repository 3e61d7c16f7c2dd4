import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommanderError } from 'commander';
import { PiImageError } from '../model/errors.ts';
import { exitCodeOf } from './exit-code.ts';
import { Interruption } from './signals.ts';
import { paintFor } from './ui/paint.ts';
import { describeError, errorAsJson } from './ui/problem.ts';
import { redact } from './ui/redact.ts';

interface FailureContext {
  readonly signal: AbortSignal;
  readonly argv: readonly string[];
}

/** Tells the user what went wrong, in the form they asked for, and returns the exit code. */
export async function reportFailure(error: unknown, { signal, argv }: FailureContext): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const interruption = signal.aborted && signal.reason instanceof Interruption ? signal.reason : undefined;
  const known = interruption ?? (error instanceof CommanderError ? usageError(error) : error);
  const exitCode = interruption?.exitCode ?? exitCodeOf(known, argv[2]);
  if (argv.includes('--json'))
    process.stdout.write(`${redact(JSON.stringify(errorAsJson(known, exitCode)))}\n`);
  if (interruption) process.stderr.write(`${interruption.message}; no output was left behind\n`);
  else if (PiImageError.is(known))
    process.stderr.write(redact(describeError(known, paintFor(process.stderr))));
  else process.stderr.write(redact(describeBug(known)));
  return exitCode;
}

/** In the words and with the code of ours. */
export function usageError(error: CommanderError): PiImageError {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  // An option that is none may be someone's idea of where a password goes: its value is not repeated.
  return new PiImageError('usage.invalid', message.replace(/^(unknown option '[^=]*)=.*'$/s, "$1'"), {
    help: suggestion ? suggestion.replace(/^\((.*)\)$/, '$1') : 'see `pi-image --help`',
  });
}

function describeBug(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const file = path.join(tmpdir(), `pi-image-${process.pid}.log`);
  const head = `pi-image on node ${process.version}, ${process.platform} ${process.arch}\n`;
  try {
    writeFileSync(file, redact(`${head}${stack}\n`), { mode: 0o600, flag: 'wx' });
  } catch {
    return `${stack}\n\nThis is a bug in pi-image. Please report it with the text above.\n`;
  }
  return `${stack}\n\nThis is a bug in pi-image. Please report it with ${file}.\n`;
}
