type Settings = Readonly<Record<string, unknown>>;

/** Settings with texts put in where something was hidden, by dotted place; the rest stays. Pure. */
export function filledSettings(settings: Settings, texts: ReadonlyMap<string, string>): Settings {
  return filled(settings, '', texts) as Settings;
}

function filled(value: unknown, where: string, texts: ReadonlyMap<string, string>): unknown {
  const text = texts.get(where);
  if (text !== undefined) return text;
  const inner = (key: string, item: unknown) => filled(item, where === '' ? key : `${where}.${key}`, texts);
  if (Array.isArray(value)) return value.map((item, index) => inner(String(index), item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(key, item)]));
}
