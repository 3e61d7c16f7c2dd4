import { insertAt, mapLines, plainText, replaceAt } from './lines.ts';

/**
 * config.txt is read by the firmware from top to bottom, the last setting wins, and `[pi4]` and the like hide
 * what follows until the next `[all]` (raspberrypi.com/documentation/computers/config_txt.html). New settings
 * therefore go to the end, under an `[all]` that is in force there.
 */
export function setInConfigTxt(text: string, values: Readonly<Record<string, string>>): string {
  return mapLines(plainText(text), (lines) =>
    Object.entries(values).reduce((before, [key, value]) => setKey(before, key, value), lines),
  );
}

/** Lines that must be in force for every board, such as one `dtoverlay=` among several. */
export function ensureInConfigTxt(text: string, wanted: readonly string[]): string {
  return mapLines(plainText(text), (lines) =>
    wanted.reduce<readonly string[]>((before, line) => {
      const inForce = before.some((other, index) => other.trim() === line.trim() && isForAll(before, index));
      return inForce ? before : appendForAll(before, line);
    }, lines),
  );
}

function setKey(lines: readonly string[], key: string, value: string): readonly string[] {
  const line = `${key}=${value}`;
  const last = lines.findLastIndex((one) => keyOf(one) === key);
  return last >= 0 && isForAll(lines, last) ? replaceAt(lines, last, line) : appendForAll(lines, line);
}

function keyOf(line: string): string | undefined {
  return /^\s*([^#=\s[][^=]*?)\s*=/.exec(line)?.[1];
}

/** True when no filter such as `[pi4]` is in force at a line; filters add up until `[all]` clears them. */
function isForAll(lines: readonly string[], index: number): boolean {
  const filter = lines.slice(0, index).findLast((line) => /^\s*\[/.test(line));
  return filter === undefined || /^\s*\[all\]/i.test(filter);
}

function appendForAll(lines: readonly string[], line: string): readonly string[] {
  const open = isForAll(lines, lines.length) ? [] : ['[all]'];
  const end = lines.findLastIndex((one) => one.trim() !== '') + 1;
  return insertAt(lines, end, ...open, line);
}
