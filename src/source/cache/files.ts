import { lstat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { type CacheItem, namesIn, occupiedBy } from './item.ts';
import type { CacheLayout } from './layout.ts';

/** Whole files, answers, and beginnings of files (see transfer/store.ts and answers.ts). */
const wholePattern = /^[0-9a-f]{64}(\.json)?$/;
const partialPattern = /^[0-9a-f]{64}(\.[0-9a-f-]{36})?\.partial$/;
/** A beginning that grew so lately may belong to a run that is still at it. In milliseconds. */
const abandonedAfter = 10 * 60 * 1000;

/** All files that go into images, as one item: they are many, and have no names that anybody knows. */
export async function filesItem({ files }: CacheLayout): Promise<CacheItem | undefined> {
  const found = (await namesIn(files))
    .filter((name) => wholePattern.test(name) || partialPattern.test(name))
    .map((name) => path.join(files, name));
  if (found.length === 0) return undefined;
  return {
    kind: 'files',
    key: 'files',
    name: 'packages, containers',
    title: 'packages and container images that are put into images',
    path: files,
    ...(await occupiedBy(found)),
  };
}

/** False when another run is still downloading one of them. */
export async function clearFiles({ files }: CacheLayout): Promise<boolean> {
  let all = true;
  for (const name of await namesIn(files)) {
    const file = path.join(files, name);
    const partial = partialPattern.test(name);
    if (!partial && !wholePattern.test(name)) continue;
    const { mtimeMs } = await lstat(file);
    if (partial && Date.now() - mtimeMs < abandonedAfter) all = false;
    else await unlink(file);
  }
  return all;
}
