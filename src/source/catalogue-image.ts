/** A file as its publisher made it. */
export interface PublishedFile {
  /** Bytes, as the publisher's list gave them: good for progress and free space, not for judging a download. */
  readonly size?: number;
  /** Hex. */
  readonly sha256?: string;
  /** How many independent places agree on `sha256`; absent for files of this package. */
  readonly sources?: number;
}

/** A base image known by name. Exactly one of `urls` (mirrors of one file) and `path` says where it is. */
export interface CatalogueImage {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly codename: string;
  readonly variant: Variant;
  readonly arch: Architecture;
  /** Release date, `2021-05-07`. */
  readonly date?: string;
  readonly urls: readonly string[];
  /** Relative to the catalogue's folder. */
  readonly path?: string;
  /** The file as it is downloaded. */
  readonly archive: PublishedFile;
  /** The raw image inside. */
  readonly image: PublishedFile;
}

const variants = ['lite', 'desktop', 'full'] as const;
const architectures = ['armhf', 'arm64'] as const;
type Variant = (typeof variants)[number];
type Architecture = (typeof architectures)[number];

type Json = Readonly<Record<string, unknown>>;

/** Reads one file of the catalogue. Throws a plain Error that names the key: wrong data there is our bug. */
export function parseCatalogueImage(json: unknown): CatalogueImage {
  const entry = object(json, 'the entry', [
    ...['name', 'aliases', 'title', 'codename', 'variant', 'arch', 'date'],
    ...['urls', 'path', 'archive', 'image'],
  ]);
  const date = optional(entry['date'], 'date', matching(/^\d{4}-\d\d-\d\d$/));
  const path = optional(entry['path'], 'path', matching(/^[a-z0-9][\w.-]*(\/[a-z0-9][\w.-]*)*$/));
  const urls = list(entry['urls'] ?? [], 'urls', matching(/^https:\/\/[^\s?#]+$/));
  if ((path === undefined) === (urls.length === 0)) throw new Error('either urls or path must be there');
  return {
    name: imageName(entry['name'], 'name'),
    aliases: list(entry['aliases'] ?? [], 'aliases', imageName),
    title: matching(/^\S.*\S$/)(entry['title'], 'title'),
    codename: matching(/^[a-z]+$/)(entry['codename'], 'codename'),
    variant: oneOf(variants)(entry['variant'], 'variant'),
    arch: oneOf(architectures)(entry['arch'], 'arch'),
    ...(date !== undefined && { date }),
    urls,
    ...(path !== undefined && { path }),
    archive: publishedFile(entry['archive'] ?? {}, 'archive'),
    image: publishedFile(entry['image'] ?? {}, 'image'),
  };
}

function publishedFile(value: unknown, key: string): PublishedFile {
  const file = object(value, key, ['size', 'sha256', 'sources']);
  const size = optional(file['size'], `${key}.size`, positive);
  const sha256 = optional(file['sha256'], `${key}.sha256`, matching(/^[0-9a-f]{64}$/));
  const sources = optional(file['sources'], `${key}.sources`, positive);
  return {
    ...(size !== undefined && { size }),
    ...(sha256 !== undefined && { sha256 }),
    ...(sources !== undefined && { sources }),
  };
}

type Reader<T> = (value: unknown, key: string) => T;

const imageName = matching(/^[a-z0-9]+([.-][a-z0-9]+)*$/);

function matching(pattern: RegExp): Reader<string> {
  return (value, key) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new Error(`${key} is ${JSON.stringify(value)}, which does not match ${pattern}`);
  };
}

function oneOf<T extends string>(known: readonly T[]): Reader<T> {
  return (value, key) => {
    const found = known.find((one) => one === value);
    if (found === undefined) throw new Error(`${key} is ${JSON.stringify(value)}, not ${known.join(', ')}`);
    return found;
  };
}

function positive(value: unknown, key: string): number {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  throw new Error(`${key} is ${JSON.stringify(value)}, not a positive whole number`);
}

function optional<T>(value: unknown, key: string, read: Reader<T>): T | undefined {
  return value === undefined ? undefined : read(value, key);
}

function list<T>(value: unknown, key: string, read: Reader<T>): readonly T[] {
  if (!Array.isArray(value)) throw new Error(`${key} is not a list`);
  return value.map((one, index) => read(one, `${key}[${index}]`));
}

function object(value: unknown, key: string, known: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${key} is not an object`);
  }
  const unknown = Object.keys(value).find((one) => !known.includes(one));
  if (unknown !== undefined) throw new Error(`${key} has the unknown key ${unknown}`);
  return value as Json;
}
