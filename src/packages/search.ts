import { PiImageError } from '../model/errors.ts';
import { isMet } from './matching.ts';
import type { Candidate, Package } from './package.ts';
import type { Dependency } from './relation.ts';
import { chainText, isVersionWanted, type Requirement, type Wanted } from './requirement.ts';
import type { Selection } from './selection.ts';
import { preferred } from './universe.ts';

/** A requirement that nothing meets: where the search had to turn back. */
export interface DeadEnd {
  readonly requirement: Requirement;
  readonly reason: string;
}

interface Todo {
  readonly head: Requirement;
  readonly tail: Todo | undefined;
}

/** One decision: what could be taken, which was tried last, and how things were before. */
interface Decision {
  readonly requirement: Requirement;
  readonly options: readonly Candidate[];
  readonly rest: Todo | undefined;
  readonly size: number;
  next: number;
}

/** Closures of real packages take a few hundred; this ends what an archive may have been made to take for ever. */
const mostTries = 100_000;
const mostDeadEnds = 4;

/**
 * Adds packages to the selection until all requirements hold, depth first and with backtracking; options are tried in
 * the order in which apt prefers them. Leaves the selection as it was, and dead ends in `deadEnds`, when it fails.
 */
export function search(
  selection: Selection,
  requirements: readonly Requirement[],
  deadEnds: DeadEnd[],
): boolean {
  const start = selection.size;
  const decisions: Decision[] = [];
  let todo = prepend(requirements, undefined);
  let tries = 0;

  const turnBack = (requirement: Requirement, reason: string): void => {
    if (deadEnds.length < mostDeadEnds) deadEnds.push({ requirement, reason });
  };

  /** Takes the next option of the latest decision that has one. */
  const advance = (): boolean => {
    for (let decision = decisions.at(-1); decision; decision = decisions.at(-1)) {
      selection.cutTo(decision.size);
      for (
        let option = decision.options[decision.next++];
        option;
        option = decision.options[decision.next++]
      ) {
        if (++tries > mostTries) throw tooHard(decision.requirement);
        const followed = selection.choose(option, decision.requirement);
        if (typeof followed !== 'string') {
          todo = prepend(followed, decision.rest);
          return true;
        }
        turnBack(decision.requirement, followed);
      }
      decisions.pop();
    }
    selection.cutTo(start);
    return false;
  };

  while (todo) {
    const { head, tail }: Todo = todo;
    if (holds(selection, head)) {
      todo = tail;
      continue;
    }
    const options = optionsFor(selection, head);
    if (options.length === 0) turnBack(head, nothingFor(selection, head));
    decisions.push({ requirement: head, options, rest: tail, size: selection.size, next: 0 });
    if (!advance()) return false;
  }
  return true;
}

function prepend(requirements: readonly Requirement[], todo: Todo | undefined): Todo | undefined {
  return requirements.reduceRight<Todo | undefined>((tail, head) => ({ head, tail }), todo);
}

function holds(selection: Selection, requirement: Requirement): boolean {
  switch (requirement.kind) {
    case 'wanted': {
      const has = selection.current(packageFor(selection, requirement.wanted));
      return has !== undefined && isVersionWanted(requirement.wanted, has.version);
    }
    case 'dependency':
      return isGone(selection, requirement.by) || selection.meets(requirement.dependency, requirement.by);
    case 'replacement':
      return selection.isReplaced(requirement.of);
  }
}

/** Whether an installed package has been replaced, so that what the old version needs no longer matters. */
function isGone(selection: Selection, one: Package): boolean {
  const installed = selection.universe.installedByName.get(one.name);
  return installed === one && selection.isReplaced(installed);
}

function optionsFor(selection: Selection, requirement: Requirement): readonly Candidate[] {
  const { universe } = selection;
  const { installedByName } = universe;
  switch (requirement.kind) {
    case 'wanted':
      return wantedOptions(selection, requirement.wanted);
    case 'dependency': {
      const { by, dependency } = requirement;
      const newer = installedByName.get(by.name) === by ? preferred(universe, by.name) : [];
      return [...new Set([...newer, ...alternatives(selection, dependency, by)])];
    }
    case 'replacement':
      return installedByName.get(requirement.of.name) === requirement.of
        ? preferred(universe, requirement.of.name)
        : [];
  }
}

function wantedOptions(selection: Selection, wanted: Wanted): readonly Candidate[] {
  const name = packageFor(selection, wanted);
  if (wanted.version === undefined) return preferred(selection.universe, name);
  const all = selection.universe.candidates.get(name) ?? [];
  return all.filter(({ version }) => isVersionWanted(wanted, version));
}

/** As for apt, a name that is no package stands for the one package that provides it, if there is only one. */
function packageFor({ universe }: Selection, { name, version }: Wanted): string {
  if (version !== undefined || universe.candidates.has(name) || universe.installedByName.has(name))
    return name;
  // Older versions do not count, as little as for apt.
  const latest = (universe.providers.get(name) ?? []).filter(
    (one) => universe.candidates.get(one.name)?.[0] === one,
  );
  const providing = new Set(latest.map((one) => one.name));
  return providing.size === 1 ? ([...providing][0] ?? name) : name;
}

function alternatives({ universe }: Selection, dependency: Dependency, by: Package): Candidate[] {
  return dependency.flatMap((relation) => {
    const providers = (universe.providers.get(relation.name) ?? []).filter((one) =>
      preferred(universe, one.name).includes(one),
    );
    return [...preferred(universe, relation.name), ...providers].filter((one) =>
      isMet(relation, one, by.arch, universe.native),
    );
  });
}

function nothingFor(selection: Selection, requirement: Requirement): string {
  const { candidates } = selection.universe;
  if (requirement.kind === 'replacement') return `no archive has another ${requirement.of.name}`;
  const names =
    requirement.kind === 'wanted'
      ? [requirement.wanted.name]
      : requirement.dependency.map(({ name }) => name);
  const offered = names.flatMap((name) =>
    (candidates.get(name) ?? []).slice(0, 3).map(({ version }) => `${name} ${version}`),
  );
  if (offered.length > 0) return `the archives only have ${offered.slice(0, 6).join(', ')}`;
  return `no archive of the image has ${names.slice(0, 6).join(' or ')}`;
}

function tooHard(requirement: Requirement): PiImageError {
  return new PiImageError(
    'plan.unsuitable',
    `the packages exclude each other in too many ways, around ${chainText(requirement)}`,
    { help: 'ask for fewer packages, or for versions that fit each other' },
  );
}
