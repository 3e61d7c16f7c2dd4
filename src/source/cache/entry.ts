import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readFile, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { ArchiveBlock } from '../archive-blocks.ts';
import type { Format } from '../format.ts';
import type { CacheLayout } from './layout.ts';
import { cacheFailure } from './write-failure.ts';

/** What is known of a cached base image, kept beside it. */
export interface EntryFacts {
  readonly name: string;
  readonly title: string;
  /** What it was unpacked from. */
  readonly format: Format;
  /** Of the raw image, in bytes. */
  readonly size: number;
  /** Of the file as it was downloaded or given; hex. */
  readonly archiveSha256: string;
  /** Of the raw image, where it had to be computed; hex. */
  readonly imageSha256?: string;
  /** Of an .xz archive, where they can be taken over. */
  readonly blocks?: readonly ArchiveBlock[];
}

/** A whole, checked raw image in the cache. */
export interface CacheEntry extends EntryFacts {
  /** The digest it was checked against, which names it. */
  readonly key: string;
  readonly folder: string;
  readonly imagePath: string;
  /** Where a downloaded archive lies whose blocks can be taken over. */
  readonly archivePath: string;
}

export const imageFile = 'image.img';
export const archiveFile = 'archive.xz';
export const factsFile = 'entry.json';
/** All that an entry may consist of; the first makes it one. */
export const entryFiles = [factsFile, imageFile, archiveFile] as const;

/** The entry of this key. One that is not whole – a foreign hand, a broken disk – counts as absent. */
export async function findEntry(layout: CacheLayout, key: string): Promise<CacheEntry | undefined> {
  const folder = path.join(layout.images, key);
  const { imagePath } = placesIn(folder);
  try {
    const facts = JSON.parse(await readFile(path.join(folder, factsFile), 'utf8')) as EntryFacts;
    const found = await lstat(imagePath);
    if (!found.isFile() || found.size !== facts.size) return undefined;
    return { ...facts, key, ...placesIn(folder) };
  } catch {
    return undefined;
  }
}

function placesIn(folder: string): Pick<CacheEntry, 'folder' | 'imagePath' | 'archivePath'> {
  return { folder, imagePath: path.join(folder, imageFile), archivePath: path.join(folder, archiveFile) };
}

/** Notes that an entry was used, for people who decide what to keep. A cache that cannot be written is still of use. */
export async function touchEntry({ folder }: CacheEntry): Promise<void> {
  await utimes(path.join(folder, factsFile), new Date(), new Date()).catch(() => {});
}

/** A folder for an entry in the making. `name` is that of the lock that its maker holds. */
export type Draft = Pick<CacheEntry, 'folder' | 'imagePath' | 'archivePath'>;

export async function startDraft(layout: CacheLayout, name: string): Promise<Draft> {
  const folder = path.join(layout.drafts, `${name}.${randomUUID()}`);
  await mkdir(folder);
  return placesIn(folder);
}

/**
 * Gives a draft its final name in one step, so that whatever has a final name is whole. The image must be on
 * disk before: after a power cut a file system may keep the name and lose the content.
 */
export async function commitDraft(
  layout: CacheLayout,
  draft: Draft,
  key: string,
  facts: EntryFacts,
): Promise<CacheEntry> {
  try {
    await using handle = await open(path.join(draft.folder, factsFile), 'wx');
    await handle.writeFile(`${JSON.stringify(facts, null, 2)}\n`);
    await handle.sync();
  } catch (error) {
    throw cacheFailure(layout.root, error);
  }
  const folder = path.join(layout.images, key);
  const entry = { ...facts, key, ...placesIn(folder) };
  if (await moveTo(draft.folder, folder)) return entry;
  const there = await findEntry(layout, key);
  if (there) {
    await dropDraft(draft);
    return there;
  }
  const broken = path.join(layout.drafts, `broken.${randomUUID()}`);
  await rename(folder, broken);
  await rename(draft.folder, folder);
  await rm(broken, { recursive: true, force: true });
  return entry;
}

export async function dropDraft(draft: Draft): Promise<void> {
  await rm(draft.folder, { recursive: true, force: true });
}

async function moveTo(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What a rename onto a folder that is not empty is called by Linux, the BSDs and Windows.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM' || code === 'EACCES') return false;
    throw cacheFailure(to, error);
  }
}
