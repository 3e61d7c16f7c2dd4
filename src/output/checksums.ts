import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { systemCode, writeFailure } from '../model/write-failure.ts';
import { type Draft, openDraft } from './draft.ts';

/** The list that `sha256sum --check` reads. */
export const checksumsName = 'SHA256SUMS';

/** How often several builds into one folder may get in each other's way before that is an error. */
const attempts = 20;

/**
 * SHA256SUMS beside a file with that file entered, the list that `sha256sum --check` reads; entries of other files
 * stay. It is a draft, to be published when the file is.
 */
export async function draftChecksums(file: string, sha256: string): Promise<Draft> {
  const list = path.join(path.dirname(file), checksumsName);
  const draft = await openList(list);
  try {
    const text = withChecksum(await readList(list), path.basename(file), sha256);
    await draft.write(Buffer.from(text, 'latin1'), 0);
    await draft.flush();
    return draft;
  } catch (error) {
    await draft[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * The list with one entry set; others are kept as they are, in their order. A list is text of single bytes: file
 * names in it may be in any encoding.
 */
export function withChecksum(list: string, name: string, sha256: string): string {
  const bytes = Buffer.from(name).toString('latin1');
  const lines = list.split('\n').filter((line) => line !== '' && nameIn(line) !== bytes);
  return [...lines, entry(bytes, sha256), ''].join('\n');
}

/** Names of the files that a list has entries of; bytes as characters, as in the list. */
export function namesInChecksums(list: string): readonly string[] {
  return list.split('\n').flatMap((line) => nameIn(line) ?? []);
}

/** One line of coreutils' format: the digest, two spaces, the name; a backslash in front says the name is escaped. */
function entry(name: string, sha256: string): string {
  const escaped = name.replace(/[\\\n\r]/g, (character) => escapes[character] ?? character);
  return `${escaped === name ? '' : '\\'}${sha256}  ${escaped}`;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
const unescapes: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r' };

function nameIn(line: string): string | undefined {
  const [, backslash, name] = /^(\\?)[0-9a-f]{64} [ *](.*)$/i.exec(line.replace(/\r$/, '')) ?? [];
  if (name === undefined) return undefined;
  const plain = backslash ? name.replace(/\\(.)/g, (whole, letter) => unescapes[letter] ?? whole) : name;
  return path.posix.normalize(plain);
}

async function openList(list: string): Promise<Draft> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openDraft({ path: list, overwrite: true }, { isPrivate: false });
    } catch (error) {
      const isBusy = PiImageError.is(error) && error.code === 'output.busy';
      if (!isBusy || attempt === attempts) throw error;
    }
  }
}

async function readList(list: string): Promise<string> {
  try {
    return await readFile(list, 'latin1');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw writeFailure(list, error);
  }
}
