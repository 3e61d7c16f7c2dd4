import { type Document, isAlias, isMap, isScalar, isSeq, type Scalar, visit } from 'yaml';
import { z } from 'zod';
import type { Customization } from '../customizations/customization.ts';
import { specSchema } from './spec.ts';

/** What of JSON Schema tells where secrets stand: there, a schema is `writeOnly`; and what else is not for all eyes. */
export interface SettingsSchema {
  readonly properties?: Readonly<Record<string, SettingsSchema>>;
  readonly additionalProperties?: SettingsSchema | boolean;
  readonly items?: SettingsSchema;
  readonly anyOf?: readonly SettingsSchema[];
  readonly type?: string;
  readonly writeOnly?: true;
  /** `host-path`: of a file or folder of the build machine. */
  readonly format?: string;
  /** Of the text of a file or script. */
  readonly contentMediaType?: string;
}

/** A value of pi-image.yaml that no error may show. */
export interface ConcealedValue {
  /** Dotted place in the settings. */
  readonly where: string;
  readonly scalar: Scalar;
  /** A secret by the schema. Otherwise it stands where no value belongs, and nobody knows what it is. */
  readonly isSecret: boolean;
}

/** One run asks for the same several times, and making it takes longer than most of what it is for. */
const schemas = new WeakMap<readonly Customization[], SettingsSchema>();

/** The settings as they may be written, as JSON Schema. */
export function settingsSchema(customizations: readonly Customization[]): SettingsSchema {
  const known = schemas.get(customizations);
  if (known) return known;
  const made = z.toJSONSchema(specSchema(customizations), {
    io: 'input',
    unrepresentable: 'any',
  }) as SettingsSchema;
  schemas.set(customizations, made);
  return made;
}

/** What may stand at a place of the settings, alternatives included; nothing where there is no such setting. */
export function schemasAt(schema: SettingsSchema, path: readonly PropertyKey[]): readonly SettingsSchema[] {
  return path.reduce<readonly SettingsSchema[]>(
    (here, key) =>
      here
        .flatMap((one) => memberOf(one, typeof key === 'number' ? undefined : String(key)))
        .flatMap(withAlternatives),
    withAlternatives(schema),
  );
}

/** Every key that some setting has, at any depth. */
export function settingNames(schema: SettingsSchema): ReadonlySet<string> {
  return new Set([
    ...Object.keys(schema.properties ?? {}),
    ...partsOf(schema).flatMap((part) => [...settingNames(part)]),
  ]);
}

/** Finds the secrets that are written out in a document without syntax errors, and what may be one. */
export function concealedValues(document: Document, schema: SettingsSchema): readonly ConcealedValue[] {
  return within(document.contents, [schema], '', document);
}

function within(
  given: unknown,
  schemas: readonly SettingsSchema[],
  where: string,
  document: Document,
): readonly ConcealedValue[] {
  const node = isAlias(given) ? given.resolve(document) : given;
  const alternatives = schemas.flatMap(withAlternatives);
  const isSecret = alternatives.some(({ writeOnly }) => writeOnly === true);
  if (isScalar(node)) {
    const isMisplaced = alternatives.every(({ type }) => type === 'object' || type === 'array');
    return isSecret || isMisplaced ? [{ where, scalar: node, isSecret }] : [];
  }
  const children: readonly (readonly [key: unknown, value: unknown])[] = isMap(node)
    ? node.items.map(({ key, value }) => [key, value])
    : isSeq(node)
      ? node.items.map((item, index) => [index, item])
      : [];
  return children.flatMap(([key, child]) => {
    const name = String(isScalar(key) ? key.value : key);
    const inner = alternatives.flatMap((schema) => memberOf(schema, isSeq(node) ? undefined : name));
    const place = where === '' ? name : `${where}.${name}`;
    if (inner.length > 0) return within(child, inner, place, document);
    // A password in braces is a map to YAML, with the password as its key.
    const keys = isSecret && isScalar(key) ? [{ where, scalar: key, isSecret }] : [];
    return [...keys, ...unknownValues(child, place)];
  });
}

function unknownValues(node: unknown, where: string): readonly ConcealedValue[] {
  const found: ConcealedValue[] = [];
  visit(node as Parameters<typeof visit>[0], {
    Scalar: (_key, scalar) => void found.push({ where, scalar, isSecret: false }),
  });
  return found;
}

/** A schema with all that its value may be instead. */
export const withAlternatives = (schema: SettingsSchema): readonly SettingsSchema[] => [
  schema,
  ...(schema.anyOf ?? []).flatMap(withAlternatives),
];

/** The schema of one value of a map, or of the values of a list when no name is given. */
export function memberOf(
  { properties, additionalProperties, items }: SettingsSchema,
  name: string | undefined,
): readonly SettingsSchema[] {
  if (name === undefined) return items ? [items] : [];
  const named = properties?.[name];
  if (named) return [named];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}

const partsOf = ({ properties, additionalProperties, items, anyOf }: SettingsSchema): SettingsSchema[] => [
  ...Object.values(properties ?? {}),
  ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ...(items ? [items] : []),
  ...(anyOf ?? []),
];
