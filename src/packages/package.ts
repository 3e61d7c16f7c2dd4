import { PiImageError } from '../model/errors.ts';
import type { Paragraph } from './control.ts';
import { type Dependency, parseRelations } from './relation.ts';
import { isVersion } from './version.ts';

/** A binary package, of an archive or installed. Relationships stay text until somebody asks (see `relationsOf`). */
export interface Package {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly multiArch: 'no' | 'same' | 'foreign' | 'allowed';
  /** Text of each relationship it has, by the name of the field in small letters. */
  readonly relations: Readonly<Partial<Record<RelationField, string>>>;
  /** KiB, as the package says itself. */
  readonly installedSize: number;
}

/** A package that an archive offers. */
export interface Candidate extends Package {
  readonly url: string;
  /** Hex. */
  readonly sha256: string;
  /** Bytes of the .deb. */
  readonly size: number;
  /** As apt_preferences(5) has it: 500, or 100 and 1 for archives that do not want to be used, or by the image's pins. */
  readonly preference: number;
  /** Rank of its Priority: 0 is `required`. */
  readonly importance: number;
}

const relationFields = ['pre-depends', 'depends', 'recommends', 'conflicts', 'breaks', 'provides'] as const;
export type RelationField = (typeof relationFields)[number];

export const packageFields: ReadonlySet<string> = new Set([
  'package',
  'version',
  'architecture',
  'multi-arch',
  'installed-size',
  ...relationFields,
]);

const packageName = /^[a-z0-9][a-z0-9+.-]{0,127}$/;
const architecture = /^[a-z0-9][a-z0-9-]{0,39}$/;
const multiArches = ['no', 'same', 'foreign', 'allowed'] as const;

/** What a paragraph of a Packages or status file says of the package itself. */
export function packageOf(paragraph: Paragraph, what: string): Package {
  const name = paragraph.get('package') ?? '';
  const version = paragraph.get('version') ?? '';
  const arch = paragraph.get('architecture') ?? '';
  if (!packageName.test(name) || !isVersion(version) || !architecture.test(arch)) {
    throw new PiImageError(
      'source.malformed',
      `${what} has an entry without a proper name, version and architecture: ${JSON.stringify(`${name} ${version} ${arch}`.slice(0, 80))}`,
    );
  }
  const relations: Partial<Record<RelationField, string>> = {};
  for (const field of relationFields) {
    const text = paragraph.get(field);
    if (text) relations[field] = text;
  }
  return {
    name,
    version,
    arch,
    multiArch: multiArches.find((one) => one === paragraph.get('multi-arch')) ?? 'no',
    relations,
    installedSize: numberOf(paragraph.get('installed-size')) ?? 0,
  };
}

/** A size as control files write it. */
export function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,13}$/.test(text) ? Number(text) : undefined;
}

const parsed = new WeakMap<Package, Map<RelationField, readonly Dependency[]>>();

/** Parsed once, when first asked for: of the 60 000 packages of an archive a few hundred matter. */
export function relationsOf(one: Package, field: RelationField): readonly Dependency[] {
  const text = one.relations[field];
  if (text === undefined) return [];
  const known = parsed.get(one) ?? new Map<RelationField, readonly Dependency[]>();
  parsed.set(one, known);
  const before = known.get(field);
  if (before) return before;
  const relations = parseRelations(text);
  known.set(field, relations);
  return relations;
}
