import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { systemCode, writeFailure } from '../model/write-failure.ts';
import { outputExists } from './check-output.ts';

/** Gives a finished file its name, for good: the folder is flushed to disk too. */
export async function publish(partial: string, file: string, overwrite: boolean): Promise<void> {
  try {
    if (overwrite) await rename(partial, file);
    else await renameToNew(partial, file);
    await syncDirectory(path.dirname(file));
  } catch (error) {
    throw writeFailure(file, error);
  }
}

/** rename(2) replaces silently; link(2) does not, whoever made the name meanwhile. */
async function renameToNew(partial: string, file: string): Promise<void> {
  try {
    await link(partial, file);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw outputExists(file);
    // FAT, exFAT and some network file systems have no hard links, each with an error of its own.
    if (await isThere(file)) throw outputExists(file);
    return rename(partial, file);
  }
  await unlink(partial);
}

async function isThere(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => undefined)) !== undefined;
}

/** Windows and some file systems cannot flush a folder; the rename itself is done all the same. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
