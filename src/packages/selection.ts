import type { InstalledPackage } from './installed.ts';
import { exclusion, isMet, namesOf } from './matching.ts';
import { type Candidate, type Package, relationsOf } from './package.ts';
import { type Dependency, type Relation, relationText } from './relation.ts';
import type { Requirement } from './requirement.ts';
import type { Universe } from './universe.ts';
import { compareVersions } from './version.ts';

/** What the image will have: its installed packages, with those chosen so far added or in place of older ones. */
export class Selection {
  readonly universe: Universe;
  readonly #chosen = new Map<string, Candidate>();

  constructor(universe: Universe) {
    this.universe = universe;
  }

  get chosen(): readonly Candidate[] {
    return [...this.#chosen.values()];
  }

  get size(): number {
    return this.#chosen.size;
  }

  has(one: Candidate): boolean {
    return this.#chosen.get(one.name) === one;
  }

  /** The package of that name and the native architecture. */
  current(name: string): Package | undefined {
    return this.#chosen.get(name) ?? this.universe.installedByName.get(name);
  }

  isReplaced(one: InstalledPackage): boolean {
    return this.#chosen.has(one.name) && this.universe.installedByName.get(one.name) === one;
  }

  /** The packages chosen last are taken back until `size` are left. */
  cutTo(size: number): void {
    for (const name of [...this.#chosen.keys()].slice(size)) this.#chosen.delete(name);
  }

  meets(dependency: Dependency, by: Package): boolean {
    return dependency.some((relation) => this.#isThere(relation, by));
  }

  #isThere(relation: Relation, by: Package): boolean {
    const fits = (one: Package): boolean => isMet(relation, one, by.arch, this.universe.native);
    const installed = this.universe.installedProviders.get(relation.name) ?? [];
    if (installed.some((one) => fits(one) && !this.isReplaced(one))) return true;
    const named = this.#chosen.get(relation.name);
    if (named && fits(named)) return true;
    return this.chosen.some((one) => one.relations.provides !== undefined && fits(one));
  }

  /** Takes a package, and says what has to hold because of it; or says in a few words why it cannot be. */
  choose(one: Candidate, because: Requirement): readonly Requirement[] | string {
    const obstacle = this.#obstacle(one);
    if (obstacle !== undefined) return obstacle;
    const before = this.universe.installedByName.get(one.name);
    const inTheWay = this.#installedInTheWay(one);
    const shaken = before ? this.#relyingOn(before) : [];
    this.#chosen.set(one.name, one);
    const own = (['pre-depends', 'depends'] as const).flatMap((field) => relationsOf(one, field));
    return [
      ...inTheWay.map(([of, relation]) => ({ kind: 'replacement', of, by: one, relation, because }) as const),
      ...shaken.map(([by, dependency]) => ({ kind: 'dependency', dependency, by, because }) as const),
      ...own.map((dependency) => ({ kind: 'dependency', dependency, by: one, because }) as const),
    ];
  }

  #obstacle(one: Candidate): string | undefined {
    const { native, installedByName, foreignByName } = this.universe;
    const other = this.#chosen.get(one.name);
    if (other) return `${other.name} ${other.version} is already needed`;
    const installed = installedByName.get(one.name);
    if (installed?.held) return `${installed.name} is held at ${installed.version}`;
    if (installed && compareVersions(one.version, installed.version) <= 0) {
      return `${installed.name} ${installed.version} is installed, which is not older`;
    }
    const twin = foreignByName
      .get(one.name)
      ?.find(
        ({ multiArch, version }) =>
          multiArch !== 'same' || one.multiArch !== 'same' || version !== one.version,
      );
    if (twin) return `${twin.name}:${twin.arch} ${twin.version} is installed for another architecture`;
    for (const chosen of this.chosen) {
      const relation = exclusion(one, chosen, native) ?? exclusion(chosen, one, native);
      if (relation)
        return `${one.name} ${one.version} and ${chosen.name} ${chosen.version} exclude each other`;
    }
    return undefined;
  }

  /** Installed packages that cannot be beside `one` as they are. */
  #installedInTheWay(one: Candidate): (readonly [InstalledPackage, Relation])[] {
    const { native, installedProviders, objectors } = this.universe;
    const named = (['conflicts', 'breaks'] as const).flatMap((field) =>
      relationsOf(one, field).flatMap(([relation]) =>
        relation ? (installedProviders.get(relation.name) ?? []) : [],
      ),
    );
    const objecting = namesOf(one).flatMap((name) => objectors.get(name) ?? []);
    return [...new Set([...named, ...objecting])].flatMap((other) => {
      const relation = exclusion(one, other, native) ?? exclusion(other, one, native);
      return relation && !this.isReplaced(other) ? [[other, relation] as const] : [];
    });
  }

  /** Dependencies, of packages that stay or come, that `before` meets as long as it is there. */
  #relyingOn(before: InstalledPackage): (readonly [Package, Dependency])[] {
    const { native, dependents } = this.universe;
    const installed = namesOf(before).flatMap((name) => dependents.get(name) ?? []);
    const staying = [...new Set(installed)].filter(
      (one) => one.name !== before.name && !this.isReplaced(one),
    );
    return [...staying, ...this.chosen].flatMap((one) =>
      dependenciesOf(one)
        .filter((dependency) => dependency.some((relation) => isMet(relation, before, one.arch, native)))
        .map((dependency) => [one, dependency] as const),
    );
  }

  /** Checks the whole once more, by another way than it was found. Returns the first fault. */
  fault(): string | undefined {
    const { native, installed } = this.universe;
    const all: Package[] = [...installed.filter((one) => !this.isReplaced(one)), ...this.chosen];
    for (const one of this.chosen) {
      const missing = dependenciesOf(one).find((dependency) => !this.meets(dependency, one));
      if (missing) return `${one.name} lacks ${missing.map(relationText).join(' | ')}`;
      const enemy = all.find((other) => exclusion(one, other, native) ?? exclusion(other, one, native));
      if (enemy) return `${one.name} and ${enemy.name} exclude each other`;
    }
    const before = new Selection(this.universe);
    for (const one of installed) {
      if (this.isReplaced(one)) continue;
      const lost = dependenciesOf(one).find((each) => !this.meets(each, one) && before.meets(each, one));
      if (lost) return `${one.name} loses ${lost.map(relationText).join(' | ')}`;
    }
    return undefined;
  }
}

function dependenciesOf(one: Package): readonly Dependency[] {
  return [...relationsOf(one, 'pre-depends'), ...relationsOf(one, 'depends')];
}
