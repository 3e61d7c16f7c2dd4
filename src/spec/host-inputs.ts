import { lstat, open, readdir, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import type { HostDirectory, HostFile, HostInput } from '../model/host-input.ts';

/** Files up to this many bytes are read before planning, so that customizations can look into them. */
const inlineLimit = 1024 * 1024;

/** Reads what customizations asked for; relative paths start at `directory`. The keys are the paths as asked. */
export async function readHostInputs(
  paths: readonly string[],
  directory: string,
): Promise<(asked: string) => HostInput> {
  const inputs = new Map<string, HostInput>();
  for (const asked of new Set(paths))
    inputs.set(asked, await readInput(path.resolve(directory, asked), asked));
  return (asked) => {
    const input = inputs.get(asked);
    if (!input) throw new Error(`${asked} was used without being declared as an input`);
    return input;
  };
}

async function readInput(absolute: string, asked: string): Promise<HostInput> {
  const about = await stat(absolute).catch((cause: unknown) => {
    throw unreadable(asked, cause);
  });
  if (about.isFile()) return readFile(absolute, asked);
  if (about.isDirectory()) return readDirectory(absolute, asked, about.mode);
  throw new PiImageError('spec.invalid', `${asked} is neither a file nor a directory`);
}

async function readFile(absolute: string, asked: string): Promise<HostFile> {
  try {
    await using handle = await open(absolute, 'r');
    const { size, mode } = await handle.stat();
    const file = { kind: 'file', path: absolute, size, mode: mode & 0o777 } as const;
    return size <= inlineLimit ? { ...file, bytes: await handle.readFile() } : file;
  } catch (cause) {
    throw unreadable(asked, cause);
  }
}

async function readDirectory(absolute: string, asked: string, mode: number): Promise<HostDirectory> {
  const entries: Record<string, HostDirectory['entries'][string]> = {};
  const names = await readdir(absolute, { recursive: true }).catch((cause: unknown) => {
    throw unreadable(asked, cause);
  });
  for (const name of names.sort()) {
    const full = path.join(absolute, name);
    const about = await lstat(full);
    const key = name.split(path.sep).join('/');
    if (about.isDirectory()) entries[key] = { kind: 'directory', mode: about.mode & 0o777 };
    else if (about.isSymbolicLink()) entries[key] = { kind: 'link', target: await readlink(full) };
    else if (about.isFile()) entries[key] = await readFile(full, path.join(asked, name));
    else
      throw new PiImageError('spec.invalid', `${full} is a device, socket or pipe, which cannot be copied`);
  }
  return { kind: 'directory', path: absolute, mode: mode & 0o777, entries };
}

function unreadable(asked: string, cause: unknown): PiImageError {
  const reason =
    (cause as NodeJS.ErrnoException).code === 'ENOENT'
      ? 'does not exist'
      : `cannot be read: ${(cause as Error).message}`;
  return new PiImageError('spec.missing', `${asked} ${reason}`, {
    help: 'paths in a configuration file are relative to that file, paths in options to the current folder',
    cause,
  });
}
