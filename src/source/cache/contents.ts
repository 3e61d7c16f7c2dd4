import { stat } from 'node:fs/promises';
import path from 'node:path';
import { factsFile, findEntry } from './entry.ts';
import { filesItem } from './files.ts';
import { type CacheItem, namesIn, occupied, occupiedBy } from './item.ts';
import type { CacheLayout } from './layout.ts';
import { readPartialFacts } from './partial-file.ts';
import { piecesItem } from './pieces.ts';

export const keyPattern = /^[0-9a-f]{64}$/;

/** What is in the cache, what was used last first. A cache that does not exist is empty. */
export async function listCache(layout: CacheLayout): Promise<readonly CacheItem[]> {
  const [images, downloads] = await Promise.all([namesIn(layout.images), namesIn(layout.downloads)]);
  const items = await Promise.all([
    ...images.filter((key) => keyPattern.test(key)).map((key) => imageItem(layout, key)),
    ...downloads.filter((key) => keyPattern.test(key)).map((key) => downloadItem(layout, key)),
    filesItem(layout),
    piecesItem(layout),
  ]);
  return items.filter((item) => item !== undefined).sort((a, b) => (a.used < b.used ? 1 : -1));
}

async function imageItem(layout: CacheLayout, key: string): Promise<CacheItem | undefined> {
  const entry = await findEntry(layout, key);
  if (!entry) return undefined;
  const { name, title, folder } = entry;
  const { used } = await occupied(path.join(folder, factsFile));
  const { bytes } = await occupiedBy([entry.imagePath, entry.archivePath]);
  return { kind: 'image', ...{ key, name, title, path: entry.imagePath, bytes, used } };
}

async function downloadItem(layout: CacheLayout, key: string): Promise<CacheItem | undefined> {
  const folder = path.join(layout.downloads, key);
  const facts = await readPartialFacts(folder);
  if (!facts) return undefined;
  const archive = path.join(folder, 'archive');
  const name = path.posix.basename(new URL(facts.url).pathname);
  const isWhole = (await stat(archive)).size === facts.total;
  return {
    kind: 'download',
    ...{ key, name, title: isWhole ? name : `${name}, not whole yet`, path: archive },
    ...(await occupied(archive)),
  };
}
