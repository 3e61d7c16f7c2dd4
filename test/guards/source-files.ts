import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** Relative to src/, with forward slashes. */
  readonly name: string;
  readonly room: string;
  readonly text: string;
  /** Relative imports, as names relative to src/. */
  readonly imports: readonly string[];
  /** Bare imports: packages and node: modules. */
  readonly packages: readonly string[];
}

/** Every TypeScript file below src/, with what it imports. */
export function sourceFiles(): readonly SourceFile[] {
  return readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(name.split(path.sep).join('/')));
}

function read(name: string): SourceFile {
  const text = readFileSync(path.join(root, 'src', name), 'utf8');
  const specifiers = [...text.matchAll(/(?:from\s+|import\s*\(\s*|^import\s+)'([^']+)'/gm)].map(
    (match) => match[1] ?? '',
  );
  const relative = specifiers.filter((one) => one.startsWith('.'));
  return {
    name,
    room: name.includes('/') ? (name.split('/')[0] ?? '') : 'top',
    text,
    imports: relative.map((one) => path.posix.join(path.posix.dirname(name), one)),
    packages: specifiers.filter((one) => !one.startsWith('.')),
  };
}
