import { PiImageError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { exclusion, isMet } from './matching.ts';
import { type Candidate, relationsOf } from './package.ts';
import { chainText, type Requirement, type Wanted } from './requirement.ts';
import { type DeadEnd, search } from './search.ts';
import { Selection } from './selection.ts';
import type { Universe } from './universe.ts';

export interface ResolveOptions {
  /** Also take what the new packages recommend, as far as that can be had. @default false */
  readonly recommends?: boolean;
  /** Names of packages to take too, each as far as it can be had without changing what was chosen before. */
  readonly ifAvailable?: readonly string[];
}

/**
 * The packages to install so that all wanted ones work, with what they need, in an order in which each comes after
 * what it depends on (as far as there are no circles). Installed packages stay unless something needs a newer version
 * of them; none is ever removed or made older. Nothing to do is an empty list.
 */
export function resolve(
  universe: Universe,
  wanted: readonly Wanted[],
  { recommends = false, ifAvailable = [] }: ResolveOptions = {},
): readonly Candidate[] {
  const selection = new Selection(universe);
  const deadEnds: DeadEnd[] = [];
  // What is asked for by its version comes first, since others may need just that.
  const requirements = wanted
    .map((one): Requirement => ({ kind: 'wanted', wanted: one }))
    .sort((a, b) => Number(isVersioned(b)) - Number(isVersioned(a)));
  if (!search(selection, requirements, deadEnds)) throw unsatisfiable(universe, deadEnds);
  for (const name of ifAvailable) search(selection, [{ kind: 'wanted', wanted: { name } }], []);
  if (recommends) addRecommended(selection);
  const fault = selection.fault();
  if (fault !== undefined) throw new Error(`wrong resolution of package dependencies: ${fault}`);
  return inOrder(selection);
}

function isVersioned(requirement: Requirement): boolean {
  return requirement.kind === 'wanted' && requirement.wanted.version !== undefined;
}

/** As apt does: those of packages that are new, whatever can be had without changing what was chosen before. */
function addRecommended(selection: Selection): void {
  const { installedByName } = selection.universe;
  for (let done = 0; done < selection.size; done++) {
    const by = selection.chosen[done];
    if (!by || installedByName.has(by.name)) continue;
    for (const dependency of relationsOf(by, 'recommends')) {
      search(selection, [{ kind: 'dependency', dependency, by, because: undefined }], []);
    }
  }
}

function unsatisfiable(universe: Universe, deadEnds: readonly DeadEnd[]): PiImageError {
  const [first] = deadEnds;
  if (first?.requirement.kind === 'wanted') {
    const { name } = first.requirement.wanted;
    const [near] = universe.candidates.has(name) ? [] : nearest(name, [...universe.candidates.keys()]);
    return new PiImageError(
      'plan.unsuitable',
      `${chainText(first.requirement)} cannot be installed: ${first.reason}`,
      {
        help: near ? `did you mean ${near}?` : "check the name and version, and the image's package sources",
      },
    );
  }
  return new PiImageError('plan.unsuitable', 'the packages cannot be installed in this image', {
    help: 'ask for other versions, or give the image a package source that has what is missing',
    problems: deadEnds.map(({ requirement, reason }) => ({
      message: `${chainText(requirement)}: ${reason}`,
    })),
  });
}

/** Depth first: a package follows what it depends on. In a circle, whichever was reached first comes last. */
function inOrder({ chosen, universe }: Selection): readonly Candidate[] {
  const needed = new Map(chosen.map((one) => [one, neededBy(one)]));
  const ordered = new Set<Candidate>();
  const begun = new Set<Candidate>();
  for (const start of chosen) {
    const path = [start];
    for (let one = path.at(-1); one; one = path.at(-1)) {
      begun.add(one);
      const next = needed.get(one)?.find((other) => !begun.has(other));
      if (next) path.push(next);
      else {
        ordered.add(one);
        path.pop();
      }
    }
  }
  return [...ordered];

  function neededBy(one: Candidate): readonly Candidate[] {
    const needs = (['pre-depends', 'depends'] as const).flatMap((field) => relationsOf(one, field).flat());
    return chosen.filter(
      (other) =>
        needs.some((relation) => isMet(relation, other, one.arch, universe.native)) || makesWay(other, one),
    );
  }

  /** Whether `other` takes the place of an installed package that cannot be beside `one`. */
  function makesWay(other: Candidate, one: Candidate): boolean {
    const before = universe.installedByName.get(other.name);
    if (!before || other === one) return false;
    return (exclusion(one, before, universe.native) ?? exclusion(before, one, universe.native)) !== undefined;
  }
}
