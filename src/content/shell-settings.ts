import { mapLines, replaceAt } from './lines.ts';
import { shellDoubleQuoted } from './quote.ts';

/** Sets `KEY="value"` in a file of shell assignments such as /etc/default/keyboard; of several the last counts. */
export function setInShellSettings(text: string, values: Readonly<Record<string, string>>): string {
  return mapLines(text, (lines) =>
    Object.entries(values).reduce((before, [key, value]) => setKey(before, key, value), lines),
  );
}

function setKey(lines: readonly string[], key: string, value: string): readonly string[] {
  const line = `${key}=${shellDoubleQuoted(value)}`;
  const active = lines.findLastIndex((one) => /^\s*(?:export\s+)?([A-Za-z_]\w*)=/.exec(one)?.[1] === key);
  return active >= 0 ? replaceAt(lines, active, line) : [...lines, line];
}
