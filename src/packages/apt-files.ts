import type { Tree } from '../model/tree.ts';
import { type Pin, parsePreferences } from './preferences.ts';
import { type AptSource, parseSources } from './sources.ts';

/** What apt is told in the image: plain data, so that edits of a plan can be applied to the texts before it is used. */
export interface AptFiles {
  /** Path → text of sources.list, sources.list.d, apt.conf and preferences with the files in their folders. */
  readonly texts: Readonly<Record<string, string>>;
  /** Path → bytes of the keyrings: those that apt trusts in general, and those that sources may name. */
  readonly keyrings: Readonly<Record<string, Uint8Array>>;
}

const trustedFolder = '/etc/apt/trusted.gpg.d';
const trustedFile = '/etc/apt/trusted.gpg';
const keyFolders = [trustedFolder, '/etc/apt/keyrings', '/usr/share/keyrings'];
const largestFile = 1024 * 1024;
const mostFiles = 200;

/** Reads them from the image; `arch` as dpkg names it. Files that are too large to be true are left out. */
export function readAptFiles(tree: Tree, arch: string): AptFiles {
  const texts: Record<string, string> = {};
  const names = [
    '/etc/apt/sources.list',
    ...filesIn(tree, '/etc/apt/sources.list.d', /\.(list|sources)$/),
    '/etc/apt/apt.conf',
    ...filesIn(tree, '/etc/apt/apt.conf.d', /^[^.]+(\.conf)?$/),
    '/etc/apt/preferences',
    ...filesIn(tree, '/etc/apt/preferences.d', /^[^.]+(\.pref)?$/),
  ];
  for (const name of names) {
    const bytes = readBounded(tree, name);
    if (bytes) texts[name] = Buffer.from(bytes).toString('utf8');
  }
  const named = sourcesIn({ texts, keyrings: {} }, arch).flatMap(({ signedBy }) =>
    signedBy.kind === 'named' ? signedBy.paths : [],
  );
  const keyrings: Record<string, Uint8Array> = {};
  const folders = keyFolders.flatMap((folder) => filesIn(tree, folder, /\.(gpg|asc|pgp)$/));
  for (const name of new Set([trustedFile, ...folders, ...named])) {
    const bytes = readBounded(tree, name);
    if (bytes) keyrings[name] = bytes;
  }
  return { texts, keyrings };
}

/** The sources for packages of `arch`, each suite once, in the order of the files' names. */
export function sourcesIn({ texts }: AptFiles, arch: string): readonly AptSource[] {
  const all = Object.entries(texts)
    .filter(([path]) => path.startsWith('/etc/apt/sources.list'))
    .flatMap(([path, text]) => parseSources(path, text, arch));
  const seen = new Set<string>();
  return all.flatMap((source) => {
    const components = source.components.filter((one) => !seen.has(keyOf(source, one)));
    if (source.components.length > 0 && components.length === 0) return [];
    if (source.components.length === 0 && seen.has(keyOf(source, ''))) return [];
    for (const one of [...components, '']) seen.add(keyOf(source, one));
    return [{ ...source, components }];
  });
}

function keyOf({ uri, suite }: AptSource, component: string): string {
  return `${uri} ${suite} ${component}`;
}

/** Keyrings that apt trusts for every source that names none. */
export function trustedKeyrings({ keyrings }: AptFiles): readonly Uint8Array[] {
  return Object.entries(keyrings)
    .filter(([path]) => path === trustedFile || path.startsWith(`${trustedFolder}/`))
    .map(([, bytes]) => bytes);
}

/** `Acquire::Check-Valid-Until` of apt.conf(5): whether archives expire. The last word counts. */
export function archivesExpire({ texts }: AptFiles): boolean {
  const settings = Object.entries(texts).filter(([path]) => path.startsWith('/etc/apt/apt.conf'));
  const words = settings.flatMap(([, text]) =>
    [...withoutComments(text).matchAll(/\bCheck-Valid-Until\s+"?([a-z0-9]+)"?\s*;/gi)].map(
      ([, word]) => word,
    ),
  );
  return !/^(no|false|without|off|disable|0)$/i.test(words.at(-1) ?? 'true');
}

/** Pins of the image, in the order in which apt reads them. */
export function pinsIn({ texts }: AptFiles): readonly Pin[] {
  const paths = Object.keys(texts).filter((path) => path.startsWith('/etc/apt/preferences'));
  return paths.sort().flatMap((path) => parsePreferences(path, texts[path] ?? ''));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*(\/\/|#(?!clear|include)).*$/gm, '');
}

function filesIn(tree: Tree, folder: string, named: RegExp): string[] {
  if (tree.stat(folder)?.kind !== 'directory') return [];
  const names = tree.list(folder).map(({ name }) => name);
  return names
    .filter((name) => named.test(name))
    .sort()
    .slice(0, mostFiles)
    .map((name) => `${folder}/${name}`);
}

function readBounded(tree: Tree, path: string): Uint8Array | undefined {
  const entry = tree.stat(path);
  return entry?.kind === 'file' && entry.size <= largestFile ? tree.read(path) : undefined;
}
