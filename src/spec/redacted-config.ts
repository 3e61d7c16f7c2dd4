import path from 'node:path';
import type { Customization } from '../customizations/customization.ts';
import { hiddenText } from '../model/secret.ts';
import { memberOf, type SettingsSchema, settingsSchema, withAlternatives } from './literal-secrets.ts';

/** Settings that anybody may see: in the words of pi-image.yaml, in the order of its schema. */
export interface RedactedConfig {
  /** `(hidden)` stands where something is hidden. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Dotted places of all that is hidden, such as `wifi.networks.0.password`. */
  readonly hidden: readonly string[];
}

export interface RedactOptions {
  readonly customizations: readonly Customization[];
  /** Folder that relative paths in the settings start at; absolute. */
  readonly directory: string;
  /** Hide the texts of files and scripts that the settings hold as well. */
  readonly hideContents: boolean;
}

/**
 * Takes out of settings that the schema has accepted – as they were written, before parsing – whatever is nobody
 * else's business: secrets wherever they come from, contents of files marked sensitive, users and queries in addresses,
 * and where things are on this computer. Paths become relative to the folder of the settings, or the last name
 * of those outside of it; `output` is left out. So the same settings come out alike on every computer. Pure.
 */
export function redactedConfig(settings: unknown, options: RedactOptions): RedactedConfig {
  const hidden: string[] = [];
  const schema = settingsSchema(options.customizations);
  const shown = redacted(settings ?? {}, [schema], '', { ...options, hidden });
  return { settings: shown as Record<string, unknown>, hidden };
}

interface Redaction extends RedactOptions {
  /** Collects the places. */
  readonly hidden: string[];
}

function redacted(
  value: unknown,
  schemas: readonly SettingsSchema[],
  where: string,
  redaction: Redaction,
): unknown {
  const alternatives = schemas.flatMap(withAlternatives);
  const hide = () => {
    redaction.hidden.push(where);
    return hiddenText;
  };
  // What the schema does not know may be anything.
  if (alternatives.length === 0 || alternatives.some(({ writeOnly }) => writeOnly)) return hide();
  if (Array.isArray(value)) {
    const items = alternatives.flatMap((schema) => memberOf(schema, undefined));
    return value.map((item, index) => redacted(item, items, placeOf(where, String(index)), redaction));
  }
  if (typeof value === 'object' && value !== null) return redactedMap(value, alternatives, where, redaction);
  if (typeof value !== 'string') return value;
  if (redaction.hideContents && alternatives.some(isContent)) return hide();
  return alternatives.some(({ format }) => format === 'host-path') ? shownPath(value, redaction) : value;
}

function redactedMap(
  value: object,
  alternatives: readonly SettingsSchema[],
  where: string,
  redaction: Redaction,
): Record<string, unknown> {
  const inner = 'sensitive' in value && value.sensitive ? { ...redaction, hideContents: true } : redaction;
  const known = alternatives.flatMap(({ properties }) => Object.keys(properties ?? {}));
  const rank = (key: string): number => (known.includes(key) ? known.indexOf(key) : known.length);
  const entries = Object.entries(value).filter(
    ([key, item]) => item !== undefined && !(where === '' && key === 'output'),
  );
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => rank(a) - rank(b))
      .map(([key, item]) => {
        const members = alternatives.flatMap((schema) => memberOf(schema, key));
        return [key, redacted(item, members, placeOf(where, key), inner)];
      }),
  );
}

const isContent = ({ contentMediaType }: SettingsSchema): boolean => contentMediaType !== undefined;

const placeOf = (where: string, name: string): string => (where === '' ? name : `${where}.${name}`);

function shownPath(text: string, { directory }: RedactOptions): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
    const url = URL.parse(text);
    return url ? `${url.protocol}//${url.host}${url.pathname}` : hiddenText;
  }
  const relative = path.relative(directory, path.resolve(directory, text));
  const isOutside = relative.split(path.sep)[0] === '..' || path.isAbsolute(relative);
  if (isOutside) return path.basename(text);
  return relative === '' ? '.' : relative.split(path.sep).join('/');
}
