import { createHash, randomBytes, scrypt } from 'node:crypto';
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

/**
 * Tells later whether an output was made of the same. With secrets among the settings it is a salted scrypt (RFC 7914),
 * as for a password: it may be kept in a file, and trying out what the secret could be is slow.
 * With `earlier` given, it is made the same way, so that equal ingredients give an equal text.
 */
export async function fingerprintOf(ingredients: Ingredients, earlier?: string): Promise<string> {
  const { inputs, ...rest } = ingredients;
  let hasSecrets = false;
  const text = JSON.stringify({ ...rest, inputs: await Promise.all(inputs.map(inputText)) }, function (key) {
    // Before `toJSON` hides it.
    const value: unknown = (this as Record<string, unknown>)[key];
    if (!(value instanceof Secret))
      return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
    hasSecrets = true;
    return { secret: value.reveal() };
  });
  if (!hasSecrets) return `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const salt = /^scrypt:([0-9a-f]{32}):/.exec(earlier ?? '')?.[1] ?? randomBytes(16).toString('hex');
  const key = await derive(text, Buffer.from(salt, 'hex'), 32);
  return `scrypt:${salt}:${key.toString('hex')}`;
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
