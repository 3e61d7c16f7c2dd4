import type { Customization } from '../customizations/customization.ts';
import type { Place, Problem } from '../model/errors.ts';
import { type SettingsSchema, schemasAt, settingsSchema } from '../spec/literal-secrets.ts';
import type { Locate } from '../spec/parse.ts';
import { parseYamlOf, type YamlFile } from '../spec/yaml.ts';
import { dottedNames } from './columns.ts';
import {
  type Cell,
  type DeviceEntry,
  type DeviceList,
  invalidList,
  mostDevices,
  problemAt,
} from './device-list.ts';

export interface YamlList {
  readonly list: DeviceList;
  /** Secrets that the file itself holds, each with its dotted place. */
  readonly literalSecrets: YamlFile['literalSecrets'];
}

/**
 * Takes a list of devices from YAML: `devices`, a list of maps, and `base`, the settings that all devices share, in
 * the words of pi-image.yaml. A device has values by name, and under `settings` what it has otherwise.
 * @throws PiImageError `spec.invalid`, with the places of all that is wrong
 */
export function parseYamlList(
  text: string,
  file: string,
  customizations: readonly Customization[],
): YamlList {
  const { value, locate, literalSecrets } = parseYamlOf(text, file, listSchema(customizations));
  if (!isMap(value)) throw invalidList(file, [{ message: 'it is no map' }], shape);
  const { base, devices, ...others } = value;
  const unknown = Object.keys(others).map((name) =>
    problemAt(`there is no "${name}" in a list of devices`, locate([name], 'key'), shape),
  );
  if (unknown.length > 0) throw invalidList(file, unknown);
  if (!Array.isArray(devices) || devices.length === 0)
    throw invalidList(file, [problemAt('it names no device', locate(['devices'], 'key'), shape)]);
  if (devices.length > mostDevices)
    throw invalidList(file, [{ message: `it has more than ${mostDevices} devices` }]);
  const problems: Problem[] = [];
  const columns = new Map<string, Place | undefined>();
  const entries = devices.map((device, index) => entryOf(device, index, { locate, problems, columns }));
  if (problems.length > 0) throw invalidList(file, problems);
  const shared = base !== undefined && { base: { value: base, locate: below(locate, ['base']) } };
  return { list: { file, columns, devices: entries, ...shared }, literalSecrets };
}

const shape = 'write `devices:` with a list below it, such as `- hostname: kitchen`, and `base:` if you like';

interface Reading {
  readonly locate: Locate;
  readonly problems: Problem[];
  readonly columns: Map<string, Place | undefined>;
}

function entryOf(device: unknown, index: number, { locate, problems, columns }: Reading): DeviceEntry {
  const at = locate(['devices', index], 'value');
  if (!isMap(device)) {
    problems.push(problemAt('a device is a map, such as `hostname: kitchen`', at));
    return { at, cells: new Map() };
  }
  const { settings, ...values } = device;
  const cells = new Map<string, Cell>();
  for (const [name, value] of Object.entries(values)) {
    const path = ['devices', index, name];
    if (!columns.has(name)) columns.set(name, locate(path, 'key'));
    if (isScalar(value)) cells.set(name, { text: String(value), at: locate(path, 'value') });
    else if (value !== null)
      problems.push(
        problemAt(
          `"${name}" is no single value`,
          locate(path, 'value'),
          'lists and maps belong under `settings:`',
        ),
      );
  }
  if (settings === undefined || settings === null) return { at, cells };
  if (isMap(settings)) {
    const own = { value: settings, locate: below(locate, ['devices', index, 'settings']) };
    return { at, cells, settings: own };
  }
  problems.push(problemAt('`settings` is no map', locate(['devices', index, 'settings'], 'value')));
  return { at, cells };
}

/** Where secrets may stand: in settings, and, by mistake, under the dotted name of one. */
function listSchema(customizations: readonly Customization[]): SettingsSchema {
  const settings = settingsSchema(customizations);
  const secrets = [...dottedNames(settings)].filter((name) =>
    schemasAt(settings, name.split('.')).some(({ writeOnly }) => writeOnly),
  );
  const concealed = Object.fromEntries(secrets.map((name) => [name, { writeOnly: true } as const]));
  const device = { properties: { ...concealed, settings }, additionalProperties: { type: 'string' } };
  return { properties: { base: settings, devices: { items: device } } };
}

const below =
  (locate: Locate, above: readonly PropertyKey[]): Locate =>
  (path, what) =>
    locate([...above, ...path], what);

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
