import type { InstalledPackage } from './installed.ts';
import { namesOf } from './matching.ts';
import { type Candidate, type Package, relationsOf } from './package.ts';
import { compareVersions } from './version.ts';

/** All packages that there are: those installed in the image and those its archives offer, found by name. */
export interface Universe {
  /** Architecture of the image. */
  readonly native: string;
  readonly installed: readonly InstalledPackage[];
  /** Those of the native architecture (or `all`). */
  readonly installedByName: ReadonlyMap<string, InstalledPackage>;
  /** Those of other architectures, on an image that has some. */
  readonly foreignByName: ReadonlyMap<string, readonly InstalledPackage[]>;
  /** Names as packages or by Provides → installed packages. */
  readonly installedProviders: ReadonlyMap<string, readonly InstalledPackage[]>;
  /** Name → installed packages that depend on it. */
  readonly dependents: ReadonlyMap<string, readonly InstalledPackage[]>;
  /** Name → installed packages with Conflicts or Breaks about it. */
  readonly objectors: ReadonlyMap<string, readonly InstalledPackage[]>;
  /** Versions of each name that the image's pins do not forbid; first the one that apt would take. */
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  /** Name → packages of other names that provide it. */
  readonly providers: ReadonlyMap<string, readonly Candidate[]>;
}

export function makeUniverse(
  native: string,
  installed: readonly InstalledPackage[],
  offered: Iterable<Candidate>,
): Universe {
  const isNative = ({ arch }: Package): boolean => arch === native || arch === 'all';
  const usable = [...offered].filter((one) => isNative(one) && one.preference > 0);
  const candidates = group(usable, ({ name }) => [name]);
  for (const versions of candidates.values()) versions.sort(byPreference);
  const providers = group(
    usable.filter(({ relations }) => relations.provides !== undefined),
    (one) => namesOf(one).filter((name) => name !== one.name),
  );
  for (const packages of providers.values()) packages.sort(byLikelihood);
  return {
    native,
    installed,
    installedByName: new Map(installed.filter(isNative).map((one) => [one.name, one])),
    foreignByName: group(
      installed.filter((one) => !isNative(one)),
      ({ name }) => [name],
    ),
    installedProviders: group(installed, namesOf),
    dependents: group(installed, (one) => mentioned(one, ['pre-depends', 'depends'])),
    objectors: group(installed, (one) => mentioned(one, ['conflicts', 'breaks'])),
    candidates,
    providers,
  };
}

/**
 * Versions of a name that may be taken without being asked for: those of the archives that are preferred most, as for
 * apt. Backports, for one, are only taken by their version.
 */
export function preferred({ candidates }: Universe, name: string): readonly Candidate[] {
  const all = candidates.get(name) ?? [];
  return all.filter(({ preference }) => preference === all[0]?.preference);
}

function mentioned(
  one: Package,
  fields: readonly ('pre-depends' | 'depends' | 'conflicts' | 'breaks')[],
): string[] {
  return fields.flatMap((field) => relationsOf(one, field).flatMap((group) => group.map(({ name }) => name)));
}

function group<T>(all: readonly T[], keysOf: (one: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    for (const key of new Set(keysOf(one))) {
      const members = groups.get(key);
      if (members) members.push(one);
      else groups.set(key, [one]);
    }
  }
  return groups;
}

/** The archive that is preferred, then the newest version. */
function byPreference(a: Candidate, b: Candidate): number {
  return b.preference - a.preference || compareVersions(b.version, a.version);
}

/** Of packages that provide the same, apt takes the one that matters most in the archive. */
function byLikelihood(a: Candidate, b: Candidate): number {
  return (
    b.preference - a.preference ||
    a.importance - b.importance ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : compareVersions(b.version, a.version))
  );
}
