import { boundedText, numberedLines, pathsIn } from './files.ts';
import type { LintContext } from './rule.ts';

export interface KeyfileSetting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

export interface Connection {
  readonly path: string;
  readonly settings: readonly KeyfileSetting[];
}

/** The connections that NetworkManager keeps as key files (nm-settings-keyfile(5)). */
export function connections({ tree }: LintContext): readonly Connection[] {
  return pathsIn(tree, '/etc/NetworkManager/system-connections', /^[^.].*[^~]$/).flatMap((path) => {
    const text = boundedText(tree, path);
    return text === undefined ? [] : [{ path, settings: parseKeyfile(text) }];
  });
}

export function isWifi({ settings }: Connection): boolean {
  return settings.some(({ key, value }) => key === 'type' && /^(?:wifi|802-11-wireless)$/.test(value));
}

export function parseKeyfile(text: string): readonly KeyfileSetting[] {
  let section = '';
  return numberedLines(text).flatMap(({ number, text: line }) => {
    section = /^\[([^\]]*)\]\s*$/.exec(line)?.[1] ?? section;
    const equals = line.indexOf('=');
    if (equals <= 0 || /^[#;[]/.test(line)) return [];
    const [key, value] = [line.slice(0, equals).trim(), line.slice(equals + 1).trim()];
    return [{ section, key, value, line: number }];
  });
}
