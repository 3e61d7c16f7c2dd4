import { type Package, relationsOf } from './package.ts';
import type { Relation } from './relation.ts';
import { satisfies } from './version.ts';

/**
 * Whether `one` is what `relation` of a package of architecture `forArch` asks for, by its own name or by one that it
 * provides. `native` is the architecture of the image, which that of `all` packages counts as.
 */
export function isMet(relation: Relation, one: Package, forArch: string, native: string): boolean {
  return fitsArchitecture(relation, one, forArch, native) && fitsName(relation, one);
}

/** A versioned relation is met by the version of the package, or by that of a versioned Provides (policy 7.5). */
function fitsName({ name, comparison, version }: Relation, one: Package): boolean {
  const fits = (has: string | undefined): boolean =>
    comparison === undefined ||
    version === undefined ||
    (has !== undefined && satisfies(has, comparison, version));
  if (one.name === name) return fits(one.version);
  return relationsOf(one, 'provides').some(([provided]) => provided?.name === name && fits(provided.version));
}

function fitsArchitecture({ qualifier }: Relation, one: Package, forArch: string, native: string): boolean {
  const arch = one.arch === 'all' ? native : one.arch;
  if (qualifier === 'any') return one.multiArch === 'allowed';
  if (qualifier !== undefined && qualifier !== 'native') return arch === qualifier;
  return one.multiArch === 'foreign' || arch === (forArch === 'all' ? native : forArch);
}

/** Whether `relation`, from Conflicts or Breaks of `by`, speaks of `one`. Of itself a package never does. */
export function excludes(by: Package, relation: Relation, one: Package, native: string): boolean {
  if (by.name === one.name) return false;
  const arch = one.arch === 'all' ? native : one.arch;
  const { qualifier } = relation;
  const concerned =
    qualifier === undefined || qualifier === 'any' || arch === (qualifier === 'native' ? native : qualifier);
  return concerned && fitsName(relation, one);
}

/** The first of the relations of Conflicts and Breaks of `by` that `one` is hit by. */
export function exclusion(by: Package, one: Package, native: string): Relation | undefined {
  for (const field of ['conflicts', 'breaks'] as const) {
    for (const [relation] of relationsOf(by, field)) {
      if (relation && excludes(by, relation, one, native)) return relation;
    }
  }
  return undefined;
}

/** Every name that a dependency can find a package under. */
export function namesOf(one: Package): readonly string[] {
  return [one.name, ...relationsOf(one, 'provides').flatMap(([provided]) => provided?.name ?? [])];
}
