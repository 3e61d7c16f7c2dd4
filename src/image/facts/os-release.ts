import { linesOf } from './lines.ts';

/**
 * `KEY=value` pairs of /etc/os-release: shell assignments, quoted either way, with backslash escapes and no
 * expansion (os-release(5)). The last of equal keys counts.
 */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (match) values.set(match[1] ?? '', unquote(match[2] ?? ''));
  }
  return values;
}

function unquote(value: string): string {
  const single = /^'([^']*)'$/.exec(value);
  if (single) return single[1] ?? '';
  const double = /^"((?:[^"\\]|\\.)*)"$/.exec(value);
  return (double?.[1] ?? value).replace(/\\(.)/g, '$1');
}
