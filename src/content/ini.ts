import { insertAt, mapLines, replaceAt } from './lines.ts';

/** Sets `key=value` inside `[section]`, or above the first section when none is named; the last one in force wins. */
export function setInIni(
  text: string,
  section: string | undefined,
  values: Readonly<Record<string, string>>,
): string {
  return mapLines(text, (lines) =>
    Object.entries(values).reduce((before, [key, value]) => setKey(before, section, key, value), lines),
  );
}

function setKey(
  lines: readonly string[],
  section: string | undefined,
  key: string,
  value: string,
): readonly string[] {
  const inside = lines.map((_, index) => sectionAt(lines, index) === section);
  const line = `${key}=${value}`;
  const active = lines.findLastIndex((one, index) => inside[index] && keyOf(one) === key);
  if (active >= 0) return replaceAt(lines, active, line);
  const last = inside.lastIndexOf(true);
  if (last < 0 && section !== undefined) {
    const gap = lines.length > 0 && lines.at(-1)?.trim() !== '' ? [''] : [];
    return [...lines, ...gap, `[${section}]`, line];
  }
  const end = lines.findLastIndex((one, index) => inside[index] && one.trim() !== '');
  return insertAt(lines, end + 1, line);
}

/** The section a line belongs to; its header does too. */
function sectionAt(lines: readonly string[], index: number): string | undefined {
  for (let at = index; at >= 0; at--) {
    const name = /^\s*\[([^\]]*)\]\s*$/.exec(lines[at] ?? '')?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

function keyOf(line: string): string | undefined {
  return /^\s*([^#;=\s[][^=]*?)\s*=/.exec(line)?.[1];
}
