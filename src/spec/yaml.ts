import {
  type Document,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  type Range,
} from 'yaml';
import type { Customization } from '../customizations/customization.ts';
import { builtInCustomizations } from '../customizations/index.ts';
import type { Place } from '../model/errors.ts';
import { trimSecret } from '../model/secret.ts';
import {
  type ConcealedValue,
  concealedValues,
  type SettingsSchema,
  settingNames,
  settingsSchema,
} from './literal-secrets.ts';
import { invalid, type Locate } from './parse.ts';

export interface YamlFile {
  readonly value: unknown;
  readonly locate: Locate;
  /** Secrets that the file itself holds, each with its dotted place in the settings. */
  readonly literalSecrets: readonly { readonly where: string; readonly text: string }[];
}

/**
 * Parses pi-image.yaml (YAML 1.2, so JSON too) and remembers where each value stands; the lines that errors quote show
 * no secret. `file` is only for messages. Syntax errors and duplicate keys are `spec.invalid`, all of them at once.
 */
export function parseYaml(
  text: string,
  file: string,
  customizations: readonly Customization[] = builtInCustomizations,
): YamlFile {
  return parseYamlOf(text, file, settingsSchema(customizations));
}

/** As `parseYaml`, for another file than pi-image.yaml: `schema` tells where secrets may stand in it. */
export function parseYamlOf(text: string, file: string, schema: SettingsSchema): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const shown = withoutUnknownWords(text, settingNames(schema));
    throw invalid(
      faults.map(({ message, pos }) => ({
        message: withoutQuotation(message),
        at: placeOf(shown, file, lines, pos[0], pos[1]),
      })),
    );
  }
  const value = plainValue(document, file);
  const values = concealedValues(document, schema);
  const shown = withoutValues(text, values);
  const place = (start: number, end: number): Place => placeOf(shown, file, lines, start, end);
  const locate: Locate = (path, what) => {
    const range = what === 'key' ? keyRange(document.contents, path) : valueRange(document.contents, path);
    return range && place(range[0], range[1]);
  };
  const secrets = values.filter(({ isSecret }) => isSecret);
  return {
    value,
    locate,
    literalSecrets: secrets.map(({ where, scalar }) => ({
      where,
      text: trimSecret(scalar.source ?? String(scalar.value)),
    })),
  };
}

/** Few files have an alias; one that expands without end has thousands. */
function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    const message = `${file}: ${withoutQuotation((cause as Error).message)}`;
    throw invalid([{ message, help: 'a value that begins with * needs quotes' }]);
  }
}

/** Where quotes and colons are wrong nobody knows what belongs to a password, so that only names of settings are shown. */
function withoutUnknownWords(text: string, known: ReadonlySet<string>): string {
  return text.replace(/[^\s:,[\]{}'"]+/g, (word) =>
    known.has(word) || word === '-' ? word : concealed(word),
  );
}

/** A password that begins with & is an anchor to YAML, and what follows a # in it a comment. */
function withoutValues(text: string, values: readonly ConcealedValue[]): string {
  let shown = text;
  for (const { scalar } of values) {
    const [start, , end] = scalar.range ?? [0, 0, 0];
    shown = shown.slice(0, start) + concealed(shown.slice(start, end)) + shown.slice(end);
    if (scalar.anchor !== undefined) shown = shown.replaceAll(`&${scalar.anchor}`, concealed);
  }
  return shown;
}

/** As long as before, so that a caret below still points at its place. */
const concealed = (text: string): string => text.replace(/[^\s]/g, '•');

function valueRange(root: Node | null, path: readonly PropertyKey[]): Range | undefined {
  let node: unknown = root;
  for (const key of path) {
    const next = (node as { get?: (key: unknown, keep: boolean) => unknown } | null)?.get?.(key, true);
    if (next === undefined || next === null) return keyRange(root, path.slice(0, path.indexOf(key) + 1));
    node = next;
  }
  return (node as Node | null)?.range ?? undefined;
}

function keyRange(root: Node | null, path: readonly PropertyKey[]): Range | undefined {
  if (path.length === 0) return undefined;
  let node: unknown = root;
  for (const key of path.slice(0, -1)) {
    node = (node as { get?: (key: unknown, keep: boolean) => unknown } | null)?.get?.(key, true);
  }
  const last = path[path.length - 1];
  if (!isMap(node)) return (node as Node | null)?.range ?? undefined;
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last);
  return (pair?.key as Node | undefined)?.range ?? node.range ?? undefined;
}

function placeOf(text: string, file: string, lines: LineCounter, start: number, end: number): Place {
  const { line, col } = lines.linePos(start);
  const source = text.split('\n')[line - 1]?.replace(/\r$/, '') ?? '';
  const length = Math.max(1, Math.min(end - start, source.length - col + 1));
  return { file, line, column: col, length, source };
}

/** Without what the parser quotes of the file behind a colon at its end. */
const withoutQuotation = (message: string): string => message.replace(/((?<! ): |\n).*$/s, '');
