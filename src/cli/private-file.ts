import type { Stats } from 'node:fs';
import { shellWord } from '../content/quote.ts';
import type { Advice } from '../model/plan.ts';

/** Whoever else on this computer can read a file with secrets: told, as ssh does, of files that belong to this user. */
export function readableByOthers(file: string, { mode, uid }: Stats, what: string): Advice | undefined {
  if (process.platform === 'win32' || uid !== process.getuid?.() || (mode & 0o077) === 0) return undefined;
  return {
    level: 'warning',
    id: 'secret.readable',
    message: `${file} ${what}, and others on this computer can read it (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`,
    help: `chmod 600 ${shellWord(file)}`,
  };
}
