import { parseParagraphs } from './control.ts';
import type { Release } from './release.ts';

/** One record of apt_preferences(5): which versions it speaks of, and how much they are wanted. */
export interface Pin {
  /** Tells whether a package is meant; undefined means that any is (`*`). */
  readonly packages: RegExp | undefined;
  readonly kind: 'version' | 'release' | 'origin';
  readonly text: string;
  readonly priority: number;
}

/** Where a version comes from, as far as pins ask. */
export interface Provenance {
  readonly release: Release;
  readonly component: string;
  /** Host name of the archive. */
  readonly host: string;
}

const fields = new Set(['package', 'pin', 'pin-priority']);

/** Records of a preferences file. Those that apt would not understand are left out, as it leaves them out. */
export function parsePreferences(path: string, text: string): readonly Pin[] {
  return parseParagraphs(path, text, fields).flatMap((record): Pin[] => {
    const [, kind = '', what = ''] = /^(version|release|origin)\s+(.+)$/.exec(record.get('pin') ?? '') ?? [];
    const priority = Number(record.get('pin-priority') ?? Number.NaN);
    const names = (record.get('package') ?? '').split(/\s+/).filter((name) => name !== '');
    const any = names.includes('*');
    // Versions can be pinned of packages that are named, not of all.
    if (kind === '' || names.length === 0 || !Number.isInteger(priority) || (any && kind === 'version'))
      return [];
    return [
      {
        packages: any ? undefined : anyOf(names),
        kind: kind as Pin['kind'],
        text: what.trim().replace(/^"(.*)"$/, '$1'),
        priority,
      },
    ];
  });
}

/** What apt prefers a version with: of the records that speak of it the first that names packages, or else the first. */
export function preferenceOf(
  pins: readonly Pin[],
  { name, version }: { readonly name: string; readonly version: string },
  from: Provenance,
): number {
  const fitting = pins.filter((pin) => pin.packages?.test(name) !== false && isMeant(pin, version, from));
  const pin = fitting.find(({ packages }) => packages !== undefined) ?? fitting[0];
  return pin?.priority ?? from.release.preference;
}

function isMeant({ kind, text }: Pin, version: string, { release, component, host }: Provenance): boolean {
  switch (kind) {
    case 'version':
      return glob(text).test(version);
    case 'origin':
      return text === host;
    case 'release':
      return text.split(',').every((part) => {
        const [, key = '', value = ''] = /^\s*([aclnov])\s*=\s*(.*?)\s*$/.exec(part) ?? [];
        if (key === '')
          return [release.suite, release.codename, release.version].some((has) =>
            glob(part.trim()).test(has),
          );
        const has = {
          a: release.suite,
          c: component,
          l: release.label,
          n: release.codename,
          o: release.origin,
          v: release.version,
        };
        return glob(value).test(has[key as keyof typeof has]);
      });
  }
}

function anyOf(names: readonly string[]): RegExp {
  return new RegExp(`^(?:${names.map(globSource).join('|')})$`);
}

function glob(text: string): RegExp {
  return new RegExp(`^(?:${globSource(text)})$`);
}

/** `*` and `?` as in the shell; everything else is meant as it stands. */
function globSource(text: string): string {
  return text
    .slice(0, 200)
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
}
