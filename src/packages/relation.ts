import { PiImageError } from '../model/errors.ts';
import { type Comparison, isVersion } from './version.ts';

/** One package that a relationship names: `libc6:any (>= 2.28)`. */
export interface Relation {
  readonly name: string;
  /** `any`, `native` or an architecture. */
  readonly qualifier?: string;
  readonly comparison?: Comparison;
  readonly version?: string;
}

/** Alternatives, the preferred one first: any one of them will do. */
export type Dependency = readonly Relation[];

const form =
  /^([a-z0-9][a-z0-9+.-]{0,127})(?::([a-z0-9-]{1,40}))?(?:\s*\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s()]{1,256})\s*\))?$/;
const longestList = 2000;

/** What Depends, Conflicts, Provides and the like say (deb-control(5), Debian policy 7.1), for binary packages. */
export function parseRelations(text: string): readonly Dependency[] {
  const dependencies = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => part.split('|').map((one) => parseRelation(one.trim())));
  if (dependencies.length > longestList) throw malformed(text);
  return dependencies;
}

function parseRelation(text: string): Relation {
  const match = form.exec(text);
  const [, name, qualifier, comparison, version] = match ?? [];
  if (name === undefined || (version !== undefined && !isVersion(version))) throw malformed(text);
  return {
    name,
    ...(qualifier && { qualifier }),
    ...(comparison && version && { comparison: modern(comparison), version }),
  };
}

/** `<` and `>` are the obsolete ways to write "or equal". */
function modern(comparison: string): Comparison {
  if (comparison === '<') return '<=';
  return comparison === '>' ? '>=' : (comparison as Comparison);
}

export function relationText({ name, qualifier, comparison, version }: Relation): string {
  return `${name}${qualifier ? `:${qualifier}` : ''}${comparison ? ` (${comparison} ${version})` : ''}`;
}

export function dependencyText(dependency: Dependency): string {
  return dependency.map(relationText).join(' | ');
}

function malformed(text: string): PiImageError {
  return new PiImageError(
    'source.malformed',
    `${JSON.stringify(text.slice(0, 80))} is no relationship between packages`,
  );
}
