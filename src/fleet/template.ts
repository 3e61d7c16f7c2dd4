/** A variable in a text: `{{hostname}}`. Anything else between braces, such as `{{.Names}}` of Docker, is text. */
const variable = /(\\?)\{\{[ \t]*([A-Za-z][A-Za-z0-9_.-]*)[ \t]*\}\}/g;

/** Names of the variables in a text, each once. */
export function variablesIn(text: string): readonly string[] {
  return [
    ...new Set(
      [...text.matchAll(variable)].flatMap(([, backslash, name]) => (backslash ? [] : [name ?? ''])),
    ),
  ];
}

/** Puts values in the place of variables; `\{{name}}` is the text `{{name}}`. */
export function fill(text: string, lookUp: (name: string) => string): string {
  return text.replace(variable, (whole, backslash: string, name: string) =>
    backslash ? whole.slice(1) : lookUp(name),
  );
}

/** A text inside settings, and the path that leads to it. */
export interface TextAt {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** Every text of settings in which there may be variables; keys of maps are not among them. */
export function* textsIn(value: unknown, path: readonly PropertyKey[] = []): Generator<TextAt> {
  if (typeof value === 'string') yield { path, text: value };
  else if (Array.isArray(value))
    for (const [index, inner] of value.entries()) yield* textsIn(inner, [...path, index]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* textsIn(inner, [...path, key]);
}

/** Settings with each text changed; their shape stays. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((inner) => mapTexts(inner, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)]));
}
