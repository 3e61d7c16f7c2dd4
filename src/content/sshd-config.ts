import { insertAt, mapLines, replaceAt } from './lines.ts';

/**
 * Sets keywords of sshd_config for everybody, that is before the first Match block. sshd takes the first value
 * it meets (sshd_config(5)), so the first active line is replaced; the commented default stays where it is.
 */
export function setInSshdConfig(text: string, values: Readonly<Record<string, string>>): string {
  return mapLines(text, (lines) =>
    Object.entries(values).reduce((before, [key, value]) => setKeyword(before, key, value), lines),
  );
}

function setKeyword(lines: readonly string[], key: string, value: string): readonly string[] {
  const match = lines.findIndex((line) => keywordOf(line) === 'match');
  const end = match < 0 ? lines.length : match;
  const general = lines.slice(0, end);
  const active = general.findIndex((line) => keywordOf(line) === key.toLowerCase());
  if (active >= 0) return replaceAt(lines, active, `${key} ${value}`);
  const commented = general.findLastIndex(
    (line) => line.startsWith('#') && keywordOf(line.slice(1)) === key.toLowerCase(),
  );
  return insertAt(lines, commented >= 0 ? commented + 1 : end, `${key} ${value}`);
}

function keywordOf(line: string): string | undefined {
  return /^\s*([^\s=#]+)/.exec(line)?.[1]?.toLowerCase();
}
