import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './source-files.ts';

/** What each room may import besides itself. `top` is index.ts, what the library gives. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  content: ['model'],
  customizations: ['model', 'content'],
  spec: ['model', 'customizations'],
  fleet: ['model', 'customizations', 'spec'],
  plan: ['model', 'content', 'customizations'],
  transfer: ['model'],
  packages: ['model', 'transfer'],
  containers: ['model', 'transfer'],
  preload: ['model', 'transfer', 'packages', 'containers'],
  find: ['model'],
  source: ['model', 'transfer', 'xz'],
  image: ['model', 'xz'],
  patch: ['model'],
  xz: [],
  output: ['model', 'patch', 'xz'],
  lint: ['model', 'content', 'customizations', 'image'],
  diff: ['model', 'image'],
  release: ['model', 'packages', 'diff'],
  build: [
    'model',
    'spec',
    'fleet',
    'customizations',
    'content',
    'plan',
    'source',
    'image',
    'patch',
    'output',
    'xz',
    'transfer',
    'packages',
    'containers',
    'preload',
    'find',
    'lint',
    'diff',
    'release',
  ],
  top: ['model', 'customizations', 'source', 'fleet', 'lint', 'diff', 'release', 'build'],
  cli: [
    'model',
    'content',
    'spec',
    'fleet',
    'customizations',
    'source',
    'find',
    'lint',
    'diff',
    'release',
    'build',
  ],
  // A second front end: what it shares with the first is taken from there.
  action: ['model', 'spec', 'source', 'output', 'lint', 'transfer', 'build', 'cli'],
};

/** Rooms that may touch the host's files and processes. */
const mayDoInputAndOutput = new Set([
  'spec',
  'transfer',
  'containers',
  'preload',
  'find',
  'source',
  'image',
  'output',
  'build',
  'cli',
  'action',
]);
/** Files of pure rooms with one reason each to read something. */
const exceptions = new Set([
  'content/templates.ts', // the package's own templates
  'content/package-version.ts', // the package's own version
]);
const inputAndOutput = [
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:net',
  'node:http',
  'node:https',
  'execa',
  'undici',
];

const files = sourceFiles();

const roomOf = (name: string): string => (name.includes('/') ? (name.split('/')[0] ?? '') : 'top');

describe('rooms', () => {
  it('are the ones of the design', () => {
    expect([...new Set(files.map(({ room }) => room))].sort()).toEqual(Object.keys(allowed).sort());
  });

  it.each(files.map((file) => [file.name, file] as const))(
    '%s imports only from rooms below it',
    (_name, file) => {
      const wrong = file.imports.filter((target) => {
        const room = roomOf(target);
        return room !== file.room && !allowed[file.room]?.includes(room);
      });
      expect(wrong).toEqual([]);
    },
  );

  it.each(
    files.filter((file) => !mayDoInputAndOutput.has(file.room)).map((file) => [file.name, file] as const),
  )('%s touches nothing outside', (name, file) => {
    if (exceptions.has(name)) return;
    expect(file.packages.filter((one) => inputAndOutput.includes(one))).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(cycles(files)).toEqual([]);
  });
});

function cycles(all: readonly SourceFile[]): string[] {
  const byName = new Map(all.map((file) => [file.name, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name)) {
      found.push([...trail.slice(trail.indexOf(name)), name].join(' → '));
      return;
    }
    if (done.has(name)) return;
    for (const target of valueImports(byName.get(name))) visit(target, [...trail, name]);
    done.add(name);
  };
  for (const { name } of all) visit(name, []);
  return found;
}

/** Type-only imports vanish when compiled, so they make no cycle. */
function valueImports(file: SourceFile | undefined): readonly string[] {
  if (!file) return [];
  return file.imports.filter((target) => {
    const base = target.split('/').pop() ?? '';
    const statement = new RegExp(`^(?:import|export) (type )?[^;]*?/${base.replace('.', '\\.')}'`, 'm').exec(
      file.text,
    );
    return statement?.[1] === undefined;
  });
}
