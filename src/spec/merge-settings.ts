type Settings = Readonly<Record<string, unknown>>;

/** Lays the options over the file: maps are merged key by key, everything else is replaced by what the options say. */
export function mergeSettings(file: unknown, flags: Settings): unknown {
  if (file === null || file === undefined) return flags;
  if (!isMap(file)) return file;
  const merged: Record<string, unknown> = { ...file };
  for (const [key, value] of Object.entries(flags)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? mergeSettings(before, value) : value;
  }
  return merged;
}

/** Whether the value at this path came from an option. */
export function cameFromFlags(flags: Settings, path: readonly PropertyKey[]): boolean {
  let here: unknown = flags;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !(key in here)) return false;
    here = (here as Record<PropertyKey, unknown>)[key];
    if (!isMap(here)) return true;
  }
  return path.length > 0;
}

function isMap(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
