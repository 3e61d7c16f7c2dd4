import { type ErrorCode, PiImageError } from '../model/errors.ts';

/** The contract of the command line: an exit code a family of errors. */
const byFamily: Readonly<Record<string, number>> = {
  usage: 2,
  spec: 3,
  plan: 3,
  source: 4,
  image: 6,
  output: 7,
  find: 4,
};
const byCode: Partial<Record<ErrorCode, number>> = {
  'source.checksum': 5,
  'source.signature': 5,
  'source.archive': 6,
  'output.format': 2,
};

/**
 * What `diff`, `reproduce` and `lint` say besides 0: the images differ, or errors were found. 1 as diff(1), grep(1) and linters
 * have it, so a bug in them needs a code of its own: EX_SOFTWARE of sysexits.h.
 */
export const answerNo = 1;
const answering: readonly string[] = ['diff', 'lint', 'reproduce'];
const bugWhileAnswering = 70;

export const interrupted = 130;
export const terminated = 143;

/** 1 for anything that is not an error of ours: a bug. `verb` is the command that failed. */
export function exitCodeOf(error: unknown, verb = ''): number {
  const bug = answering.includes(verb) ? bugWhileAnswering : 1;
  if (!PiImageError.is(error)) return bug;
  return exitCodeOfCode(error.code, bug);
}

/** Of an error of which only the code is left. */
export function exitCodeOfCode(code: string, bug = 1): number {
  return byCode[code as ErrorCode] ?? byFamily[code.split('.')[0] ?? ''] ?? bug;
}
