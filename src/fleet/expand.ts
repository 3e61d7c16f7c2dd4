import type { Customization } from '../customizations/customization.ts';
import { PiImageError, type Place, type Problem } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { type SettingsSchema, schemasAt, settingsSchema } from '../spec/literal-secrets.ts';
import { mergeSettings } from '../spec/merge-settings.ts';
import { type Locate, parseSpec } from '../spec/parse.ts';
import type { Spec } from '../spec/spec.ts';
import { type Column, columnOf, dottedNames, shared } from './columns.ts';
import { type Cell, type DeviceEntry, type DeviceList, invalidList, problemAt } from './device-list.ts';
import { duplicates } from './duplicates.ts';
import { fileNameFault } from './file-name.ts';
import { fill, mapTexts, textsIn, variablesIn } from './template.ts';

/** One device of a fleet, checked. */
export interface Device {
  /** Its host name, which no other device of the fleet has. */
  readonly name: string;
  /** As pi-image.yaml would have them, without `output`. */
  readonly settings: unknown;
  /** What the schema made of them. */
  readonly spec: Spec;
  /** File to write, as the pattern gives it. */
  readonly output: string;
  /** Where it stands in the list. */
  readonly at: Place | undefined;
}

export interface FleetSource {
  readonly list: DeviceList;
  /** Settings that all devices share, with variables. */
  readonly base: { readonly value: unknown; readonly locate: Locate };
  /** Pattern of the outputs, with variables. */
  readonly output: string;
  readonly customizations: readonly Customization[];
}

interface Kinds {
  readonly columns: ReadonlyMap<string, Column>;
  readonly schema: SettingsSchema;
}

/**
 * Makes of the shared settings and a list of devices the settings of each device. Pure.
 * @throws PiImageError `spec.invalid`, with all faults of the list and the settings and their places
 */
export function expandFleet(source: FleetSource): readonly Device[] {
  const { list, customizations } = source;
  const schema = settingsSchema(customizations);
  const columns = new Map([...list.columns.keys()].map((name) => [name, columnOf(name, schema)]));
  const kinds = { columns, schema };
  const faults = [...columnFaults(source, kinds), ...templateFaults(source, kinds)];
  if (faults.length > 0) throw invalidList(list.file, faults);

  const problems: Problem[] = [];
  const devices = list.devices.flatMap((entry) => {
    const device = deviceOf(entry, source, kinds);
    if ('problems' in device) problems.push(...device.problems);
    return 'problems' in device ? [] : [device];
  });
  problems.push(...duplicates(devices));
  if (problems.length > 0) throw invalidList(list.file, problems);
  return devices;
}

/** Columns that are none, and such as nothing asks for. */
function columnFaults({ list, base, output }: FleetSource, { columns, schema }: Kinds): readonly Problem[] {
  const settings = list.devices.flatMap((device) => (device.settings ? [device.settings.value] : []));
  const texts = [base.value, ...settings].flatMap((value) => [...textsIn(value)].map(({ text }) => text));
  const used = new Set([output, ...texts].flatMap(variablesIn));
  const names = [...dottedNames(schema)];
  return [...columns].flatMap(([name, column]) => {
    const at = list.columns.get(name);
    if (column.kind === 'wrong') return [problemAt(column.message, at, column.help)];
    if (column.kind !== 'variable' || used.has(name)) return [];
    const near = nearest(name, names);
    const help =
      near.length > 0
        ? `did you mean ${near.map((one) => `"${one}"`).join(' or ')}?`
        : `use it in the settings as {{${name}}}, or begin its name with # if it is a note for people`;
    return [problemAt(`"${name}" is neither a setting nor used by one`, at, help)];
  });
}

/** Variables that no device has, and such as stand where none may. */
function templateFaults({ list, base, output }: FleetSource, { columns, schema }: Kinds): readonly Problem[] {
  const places = [
    ...textsAt(base),
    ...list.devices.flatMap(({ settings }) => (settings ? textsAt(settings) : [])),
    ...variablesIn(output).map((name) => ({ name, path: [], at: undefined })),
  ];
  return places.flatMap(({ name, path, at }) => {
    if (shared.includes(String(path[0])) && path[0] !== 'output') {
      return [problemAt(`"${String(path[0])}" is the same for all devices, so it has no variables`, at)];
    }
    if (path.length > 0 && schemasAt(schema, path).some(({ writeOnly }) => writeOnly)) {
      const help = `say where the secret of each device is: { file: 'secrets/{{hostname}}' } or { env: … }`;
      return [problemAt(`a secret is not filled from a list of devices ({{${name}}})`, at, help)];
    }
    if (columns.has(name) && columns.get(name)?.kind !== 'note') return [];
    const near = nearest(name, [...columns.keys()]);
    const help =
      near.length > 0
        ? `did you mean {{${near[0]}}}?`
        : `the list has ${[...columns.keys()].join(', ')}; write \\{{${name}}} for the text itself`;
    return [problemAt(`no device has a value for {{${name}}}`, at, help)];
  });
}

function textsAt({ value, locate }: { readonly value: unknown; readonly locate: Locate }) {
  return [...textsIn(value)].flatMap(({ path, text }) =>
    variablesIn(text).map((name) => ({ name, path, at: locate(path, 'value') })),
  );
}

function deviceOf(
  entry: DeviceEntry,
  source: FleetSource,
  { columns }: Kinds,
): Device | { readonly problems: readonly Problem[] } {
  const missing = new Set<string>();
  const lookUp = (name: string): string => {
    const cell = entry.cells.get(name);
    if (cell === undefined) missing.add(name);
    return cell?.text ?? '';
  };
  const own = ownSettings(entry, columns);
  const shaped = [source.base.value, own, entry.settings?.value ?? {}].map((value) =>
    mapTexts(value, (text) => fill(text, lookUp)),
  );
  const [base, fromCells, fromEntry] = shaped as [unknown, Record<string, unknown>, Record<string, unknown>];
  const settings = withoutOutput(mergeSettings(mergeSettings(base, fromCells), fromEntry));
  const { output, problems } = outputOf(entry, source.output, lookUp);
  const lacking = [...missing].map((name) => problemAt(`this device has no value for {{${name}}}`, entry.at));
  if (lacking.length > 0) return { problems: [...lacking, ...problems] };
  const spec = parsed(settings, source, locateIn(entry, source, columns));
  if ('problems' in spec)
    return { problems: [...problems, ...spec.problems.map((one) => ({ ...atOf(entry), ...one }))] };
  if (problems.length > 0) return { problems };
  const name = spec.settings['hostname'];
  if (typeof name === 'string') return { name, settings, spec, output, at: entry.at };
  return { problems: [problemAt('this device has no "hostname"', entry.at)] };
}

const atOf = ({ at }: DeviceEntry) => (at ? { at } : {});

/** What the columns that are settings say, as pi-image.yaml would. */
function ownSettings(entry: DeviceEntry, columns: Kinds['columns']): Record<string, unknown> {
  return [...entry.cells].reduce<Record<string, unknown>>((settings, [name, { text }]) => {
    const column = columns.get(name);
    if (column?.kind !== 'setting') return settings;
    const value = column.path.reduceRight<unknown>(
      (inner, key) => ({ [key]: inner }),
      typed(text, column.type),
    );
    return mergeSettings(settings, value as Record<string, unknown>) as Record<string, unknown>;
  }, {});
}

/** Text that is no number or switch stays text, which the schema then refuses in its own words. */
function typed(text: string, type: 'text' | 'number' | 'switch'): unknown {
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'switch' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return text;
}

function outputOf(entry: DeviceEntry, pattern: string, lookUp: (name: string) => string) {
  const problems = variablesIn(pattern).flatMap((name) => {
    const cell = entry.cells.get(name);
    const fault = cell && fileNameFault(cell.text);
    return fault ? [problemAt(`"${name}" is part of the name of the output: it ${fault}`, cell.at)] : [];
  });
  return { output: fill(pattern, lookUp), problems };
}

function withoutOutput(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return settings;
  const { output: _, ...rest } = settings as Record<string, unknown>;
  return rest;
}

function parsed(settings: unknown, { customizations }: FleetSource, locate: Locate) {
  try {
    return parseSpec(settings, customizations, locate);
  } catch (error) {
    if (!PiImageError.is(error)) throw error;
    return { problems: error.problems };
  }
}

/** A setting is where the device itself says it, else where all devices say it. */
function locateIn(
  { cells, settings }: DeviceEntry,
  { base }: FleetSource,
  columns: Kinds['columns'],
): Locate {
  const named = new Map<string, Cell>();
  for (const [name, cell] of cells) if (columns.get(name)?.kind === 'setting') named.set(name, cell);
  return (path, what) => {
    const own = hasPath(settings?.value, path) ? settings?.locate(path, what) : undefined;
    return own ?? named.get(path.map(String).join('.'))?.at ?? base.locate(path, what);
  };
}

function hasPath(value: unknown, path: readonly PropertyKey[]): boolean {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !(key in here)) return false;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return path.length > 0 && value !== undefined;
}
