import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SettingsSchema } from '../../src/spec/literal-secrets.ts';

/** A secret that occurs nowhere else, and what an image holds instead of it. */
export interface Canary {
  readonly text: string;
  /** The same secret as others could use it just as well. */
  readonly derived?: readonly string[];
}

/** Dotted places of all settings that hold a secret; `[]` is any member of a list, `*` any of a map. */
export function secretPlaces(schema: SettingsSchema, place = ''): readonly string[] {
  const inner = (name: string) => (place === '' ? name : `${place}.${name}`);
  const { properties = {}, additionalProperties, items, anyOf = [], writeOnly } = schema;
  return [
    ...(writeOnly ? [place] : []),
    ...Object.entries(properties).flatMap(([name, child]) => secretPlaces(child, inner(name))),
    ...(typeof additionalProperties === 'object' ? secretPlaces(additionalProperties, inner('*')) : []),
    ...(items ? secretPlaces(items, `${place}[]`) : []),
    ...anyOf.flatMap((one) => secretPlaces(one, place)),
  ];
}

/** Every text as which somebody could find a secret in some output. */
export function formsOf({ text, derived = [] }: Canary): readonly string[] {
  return [text, ...derived].flatMap((one) => [
    one,
    JSON.stringify(one).slice(1, -1),
    encodeURIComponent(one),
    ...['hex', 'base64url'].map((encoding) => Buffer.from(one).toString(encoding as BufferEncoding)),
    Buffer.from(one).toString('hex').toUpperCase(),
    ...base64Forms(one),
  ]);
}

/** Base64 of it wherever it begins in a larger text: without the characters that depend on what stands around it. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(`${'x'.repeat(offset)}${text}`)
      .toString('base64')
      .replace(/=+$/, '');
    return encoded.slice(offset === 0 ? 0 : offset + 1, -1);
  });
}

/** The places whose secret stands in any of the texts, in any form. */
export function leaksIn(
  texts: Readonly<Record<string, string | Buffer>>,
  canaries: Readonly<Record<string, Canary>>,
): readonly string[] {
  const wanted = Object.entries(canaries).flatMap(([place, canary]) =>
    formsOf(canary).map((form) => ({ place, form })),
  );
  return Object.entries(texts).flatMap(([name, text]) => {
    const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text);
    return wanted.flatMap(({ place, form }) =>
      bytes.includes(form) ? [`${place} in ${name} as ${form}`] : [],
    );
  });
}

/** Every file below a folder by its name, but for those that a test put there and the images themselves. */
export async function filesLeftIn(
  folder: string,
  isExpected: (name: string) => boolean,
): Promise<Record<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !isExpected(name));
  const contents = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(folder, name))] as const),
  );
  return Object.fromEntries(contents);
}
