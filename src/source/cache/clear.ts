import { lstat, readFile, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { keyPattern, listCache } from './contents.ts';
import { entryFiles, placing } from './entry.ts';
import { clearFiles } from './files.ts';
import { type CacheItem, namesIn } from './item.ts';
import { type CacheLayout, tagName, tagText } from './layout.ts';
import { acquireLock } from './lock.ts';
import { aboutFile, archiveFile } from './partial-file.ts';
import { clearPieces } from './pieces.ts';
import { cacheFailure } from './write-failure.ts';

export interface ClearedCache {
  readonly removed: readonly CacheItem[];
  /** What another run is working on at the moment. */
  readonly kept: readonly CacheItem[];
}

const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const draftPattern = new RegExp(`^(.+)\\.${uuid}$`);
const knownPattern = /^[0-9a-f]{64}\.json$/;
const lockPattern = /^(?:placing-)?([0-9a-f]{64})\.lock$/;
const claimPattern = new RegExp(`^.+\\.lock\\.(${uuid}|empty)$`);

/**
 * Empties a cache. Only files that have the names and the places of ours are removed, one by one, and only folders
 * that are empty then: somebody may have named a folder as cache that holds other things as well.
 */
export async function clearCache(layout: CacheLayout, staleLock: number): Promise<ClearedCache> {
  try {
    const items = await listCache(layout);
    const busy = new Set<string>();
    for (const [folder, files] of ourFolders(layout)) {
      for (const key of await namesIn(folder)) {
        if (
          keyPattern.test(key) &&
          !(await alone(layout, [key, placing(key)], staleLock, () =>
            removeFolder(path.join(folder, key), files),
          ))
        ) {
          busy.add(key);
        }
      }
    }
    for (const draft of await namesIn(layout.drafts)) {
      const [, owner] = draftPattern.exec(draft) ?? [];
      if (owner === undefined || busy.has(owner)) continue;
      const file = path.join(layout.drafts, draft);
      if (owner === 'known' || owner === 'piece') await unlink(file);
      else if (!(await alone(layout, [owner], staleLock, () => removeFolder(file, entryFiles))))
        busy.add(owner);
    }
    if (!(await clearFiles(layout))) busy.add('files');
    await clearPieces(layout);
    await removeFiles(layout.known, knownPattern);
    await removeFiles(layout.locks, claimPattern);
    for (const lock of await namesIn(layout.locks)) {
      const [, owner] = lockPattern.exec(lock) ?? [];
      if (owner === undefined || busy.has(owner)) continue;
      // Whoever takes the lock of a dead process removes it with its own.
      await alone(layout, [path.basename(lock, '.lock')], staleLock, async () => {});
    }
    await removeRoot(layout);
    return {
      removed: items.filter(({ key }) => !busy.has(key)),
      kept: items.filter(({ key }) => busy.has(key)),
    };
  } catch (error) {
    throw cacheFailure(layout.root, error);
  }
}

/** Folders with a folder for each key, and the files in those, the one first that makes them count. */
function ourFolders(layout: CacheLayout): readonly (readonly [folder: string, files: readonly string[]])[] {
  return [
    [layout.images, entryFiles],
    [layout.downloads, [aboutFile, archiveFile]],
  ];
}

/** Does it when nobody works under these names; otherwise false. */
async function alone(
  layout: CacheLayout,
  [name, ...others]: readonly string[],
  staleLock: number,
  work: () => Promise<void>,
): Promise<boolean> {
  if (name === undefined) {
    await work();
    return true;
  }
  // Longer than it takes to see that the holder of a lock is dead.
  const waited = AbortSignal.timeout(1.5 * staleLock);
  const file = path.join(layout.locks, `${name}.lock`);
  const lock = await acquireLock(file, { staleAfter: staleLock, signal: waited }).catch((error: unknown) => {
    if (!waited.aborted) throw error;
  });
  if (lock === undefined) return false;
  try {
    return await alone(layout, others, staleLock, work);
  } finally {
    await lock.release();
  }
}

async function removeFolder(folder: string, files: readonly string[]): Promise<void> {
  // A link may lead out of the cache.
  if (!(await lstat(folder)).isDirectory()) return;
  for (const file of files) await unlink(path.join(folder, file)).catch(ignore('ENOENT'));
  await rmdir(folder).catch(ignore('ENOTEMPTY', 'EEXIST'));
}

async function removeFiles(folder: string, pattern: RegExp): Promise<void> {
  for (const name of await namesIn(folder)) if (pattern.test(name)) await unlink(path.join(folder, name));
}

async function removeRoot({ root, ...folders }: CacheLayout): Promise<void> {
  const empty = ignore('ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR');
  for (const folder of Object.values(folders)) await rmdir(folder).catch(empty);
  const tag = path.join(root, tagName);
  if ((await readFile(tag, 'utf8').catch(() => '')) !== tagText) return;
  if ((await namesIn(root)).length > 1) return;
  await unlink(tag);
  await rmdir(root).catch(empty);
}

function ignore(...codes: readonly string[]): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
}
