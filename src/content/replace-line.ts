import type { ReplaceLine } from '../model/text-change.ts';
import { mapLines, replaceAt } from './lines.ts';
import { oneLine } from './quote.ts';

/** Replaces the first line that begins with the word `where`, or appends one. */
export function replaceLine(text: string, change: ReplaceLine): string {
  const line = oneLine(change.line, 'a line of a text file');
  if (firstWord(line) !== change.where) {
    throw new Error(`the new line must begin with ${change.where}, or doing it twice would do it again`);
  }
  return mapLines(text, (lines) => {
    const at = lines.findIndex((one) => firstWord(one) === change.where);
    return at >= 0 ? replaceAt(lines, at, line) : [...lines, line];
  });
}

const firstWord = (line: string): string | undefined => line.trim().split(/\s+/)[0];
