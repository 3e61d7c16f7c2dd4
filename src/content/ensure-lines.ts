import type { EnsureLines } from '../model/text-change.ts';
import { ensureInConfigTxt } from './config-txt.ts';
import { mapLines } from './lines.ts';
import { oneLine } from './quote.ts';

/** Adds the lines that are not there yet, in order; spaces around a line do not make it another one. */
export function ensureLines(text: string, change: EnsureLines): string {
  const wanted = change.lines
    .map((line) => oneLine(line, 'a line of a text file'))
    .filter((line) => line.trim() !== '');
  if (change.style === 'config.txt') return ensureInConfigTxt(text, wanted);
  return mapLines(text, (lines) => {
    const missing = wanted.filter((line, index) => !has([...lines, ...wanted.slice(0, index)], line));
    return change.at === 'start' ? [...missing, ...lines] : [...lines, ...missing];
  });
}

function has(lines: readonly string[], line: string): boolean {
  return lines.some((other) => other.trim() === line.trim());
}
