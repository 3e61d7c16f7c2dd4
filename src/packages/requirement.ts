import type { InstalledPackage } from './installed.ts';
import type { Package } from './package.ts';
import type { Relation } from './relation.ts';
import { type Dependency, dependencyText, relationText } from './relation.ts';

/** A package that somebody asks for by name: any version, or those that begin with `version`. */
export interface Wanted {
  readonly name: string;
  /** `5:26.1` is met by `5:26.1.4-1~raspbian.10~buster`, but not by `5:26.10`. */
  readonly version?: string;
}

/** Something that has to hold in the end, and why. */
export type Requirement =
  | { readonly kind: 'wanted'; readonly wanted: Wanted; readonly because?: undefined }
  /** `by` needs one of the alternatives. If it is an installed package, a newer version of it will also do. */
  | {
      readonly kind: 'dependency';
      readonly dependency: Dependency;
      readonly by: Package;
      readonly because: Requirement | undefined;
    }
  /** An installed package is in the way of `by` until another version takes its place. */
  | {
      readonly kind: 'replacement';
      readonly of: InstalledPackage;
      readonly by: Package;
      readonly relation: Relation;
      readonly because: Requirement | undefined;
    };

export function isVersionWanted({ version }: Wanted, has: string): boolean {
  if (version === undefined || version === has) return true;
  return has.startsWith(version) && /^[^0-9A-Za-z]/.test(has.slice(version.length));
}

/** `docker-ce 5:26.1.4 → containerd.io (>= 1.6.24)`: from what was asked for to what is missing. */
export function chainText(requirement: Requirement): string {
  const links: string[] = [];
  for (let one: Requirement | undefined = requirement; one; one = one.because) {
    links.unshift(linkText(one));
  }
  const shown = links.length > 8 ? [...links.slice(0, 3), '…', ...links.slice(-4)] : links;
  return shown.join(' → ');
}

function linkText(one: Requirement): string {
  switch (one.kind) {
    case 'wanted':
      return one.wanted.version ? `${one.wanted.name} ${one.wanted.version}` : one.wanted.name;
    case 'dependency':
      return dependencyText(one.dependency).slice(0, 200);
    case 'replacement':
      return `something else than ${one.of.name} ${one.of.version}, which ${relationText(one.relation)} rules out`;
  }
}
