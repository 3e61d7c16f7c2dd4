import { nearest } from '../model/nearest.ts';
import { type SettingsSchema, schemasAt } from '../spec/literal-secrets.ts';

/** Settings that all devices share: there is one base image, and `output` is a pattern. */
export const shared: readonly string[] = ['image', 'sha256', 'size', 'grow', 'output'];

/** What a column or key is: a setting by its dotted name, which is a variable too, or a variable only. */
export type Column =
  | {
      readonly kind: 'setting';
      readonly path: readonly string[];
      readonly type: 'text' | 'number' | 'switch';
    }
  | { readonly kind: 'variable' }
  | { readonly kind: 'note' }
  | { readonly kind: 'wrong'; readonly message: string; readonly help?: string };

/** Tells by its name what a column is. Names that begin with `#` are for people. */
export function columnOf(name: string, schema: SettingsSchema): Column {
  if (name.startsWith('#')) return { kind: 'note' };
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name)) {
    const message = 'the name of a column has letters, digits, dots, hyphens and underscores only';
    return { kind: 'wrong', message, help: 'begin it with # if it is a note for people' };
  }
  if (shared.includes(name)) return wrong(`"${name}" is the same for all devices`, sharedHelp(name));
  const path = name.split('.');
  const schemas = schemasAt(schema, path);
  if (schemas.length === 0) return path.length === 1 ? { kind: 'variable' } : unknownSetting(name, schema);
  if (schemas.some(({ writeOnly }) => writeOnly)) {
    return wrong(
      `"${name}" is a secret, which does not belong in a list of devices`,
      `say where each one is: a column "${name}.file" or "${name}.env"`,
    );
  }
  const types = schemas.map(({ type }) => type);
  if (types.includes('string')) return { kind: 'setting', path, type: 'text' };
  if (types.includes('integer') || types.includes('number')) return { kind: 'setting', path, type: 'number' };
  if (types.includes('boolean')) return { kind: 'setting', path, type: 'switch' };
  // A list or a map of its own name is no single value, but its name may well be that of a variable.
  return path.length === 1 ? { kind: 'variable' } : wrong(`"${name}" is no single value`, variableHelp);
}

const variableHelp =
  'give the column another name, and put {{that name}} into the settings that all devices share';

function sharedHelp(name: string): string {
  return name === 'output'
    ? "give one pattern for all: -o 'out/{{hostname}}.pipatch'"
    : 'make a list for each base image, or say it in the settings that all devices share';
}

function unknownSetting(name: string, schema: SettingsSchema): Column {
  const near = nearest(name, [...dottedNames(schema)]);
  const help = near.length > 0 ? `did you mean ${near.map((one) => `"${one}"`).join(' or ')}?` : variableHelp;
  return wrong(`there is no setting "${name}"`, help);
}

/** Dotted names of all settings that are not inside a list. */
export function* dottedNames({ properties = {}, anyOf = [] }: SettingsSchema, above = ''): Generator<string> {
  for (const [key, inner] of Object.entries(properties)) {
    yield `${above}${key}`;
    yield* dottedNames(inner, `${above}${key}.`);
  }
  for (const one of anyOf) yield* dottedNames(one, above);
}

function wrong(message: string, help: string): Column {
  return { kind: 'wrong', message, help };
}
