import { createHash, createHmac, randomBytes, scrypt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { HostFile, HostInput } from '../../model/host-input.ts';
import { Secret } from '../../model/secret.ts';

const derive = promisify(scrypt) as (text: string, salt: Buffer, length: number) => Promise<Buffer>;

/** All that an output depends on. */
export interface Ingredients {
  /** Of the raw base image; hex. */
  readonly base: string;
  /** Checked settings, with their secrets filled. */
  readonly settings: unknown;
  /** Files and folders of the build machine, by the paths that the settings name. */
  readonly inputs: readonly (readonly [path: string, input: HostInput])[];
  /** Everything else: version, format, options. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** Keys that were derived of secrets. Devices have most secrets in common, and deriving takes time and 16 MiB. */
export class SecretKeys {
  readonly #salts = new Map<string, string>();
  readonly #keys = new Map<string, Promise<Buffer>>();

  /** A salted scrypt (RFC 7914) of secrets, as for a password: trying out what they could be is slow. */
  async keyFor(
    secrets: string,
    earlierSalt?: string,
  ): Promise<{ readonly salt: string; readonly key: Buffer }> {
    const salt = earlierSalt ?? this.#salts.get(secrets) ?? randomBytes(16).toString('hex');
    this.#salts.set(secrets, salt);
    const name = `${salt} ${secrets}`;
    const key = this.#keys.get(name) ?? derive(secrets, Buffer.from(salt, 'hex'), 32);
    this.#keys.set(name, key);
    return { salt, key: await key };
  }
}

/**
 * Tells later whether an output was made of the same. With secrets among the settings it is keyed with what is slowly
 * derived of them, so that it may be kept in a file. With `earlier` given, it is made the same way, so that equal
 * ingredients give an equal text.
 */
export async function fingerprintOf(
  ingredients: Ingredients,
  earlier?: string,
  keys: SecretKeys = new SecretKeys(),
): Promise<string> {
  const { inputs, ...rest } = ingredients;
  const secrets: string[] = [];
  const text = JSON.stringify({ ...rest, inputs: await Promise.all(inputs.map(inputText)) }, function (key) {
    // Before `toJSON` hides it.
    const value: unknown = (this as Record<string, unknown>)[key];
    if (!(value instanceof Secret))
      return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
    return { secret: secrets.push(value.reveal()) };
  });
  if (secrets.length === 0) return `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const earlierSalt = /^scrypt:([0-9a-f]{32}):/.exec(earlier ?? '')?.[1];
  const { salt, key } = await keys.keyFor(JSON.stringify(secrets), earlierSalt);
  return `scrypt:${salt}:${createHmac('sha256', key).update(text).digest('hex')}`;
}

async function inputText([path, input]: readonly [string, HostInput]): Promise<unknown> {
  if (input.kind === 'file') return [path, await fileText(input)];
  const entries = await Promise.all(
    Object.entries(input.entries).map(async ([name, entry]) => [
      name,
      entry.kind === 'file' ? await fileText(entry) : entry,
    ]),
  );
  return [path, input.mode, entries];
}

/** Files too large to be read before planning are told apart by size and time, as make(1) does. */
async function fileText({ path, size, mode, bytes }: HostFile): Promise<unknown> {
  if (bytes) return [mode, createHash('sha256').update(bytes).digest('hex')];
  return [mode, size, (await stat(path)).mtimeMs];
}
