import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readFile, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { SideWork } from '../../model/side-work.ts';
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

/** A folder for an entry in the making. */
export interface Draft extends Pick<CacheEntry, 'folder' | 'imagePath' | 'archivePath'> {
  /** That of the lock which its maker holds: by it the next one knows what its maker left, should that die. */
  readonly name: string;
  /** What must be done, and be on the disk, before the entry counts. */
  readonly toDisk: SideWork;
}

export async function startDraft(layout: CacheLayout, name: string): Promise<Draft> {
  const folder = newPlace(layout, name);
  await mkdir(folder);
  return { name, ...placesIn(folder), toDisk: new SideWork() };
}

function newPlace(layout: CacheLayout, name: string): string {
  return path.join(layout.drafts, `${name}.${randomUUID()}`);
}

/** An entry that can be read, and that nobody else finds until it is published. */
export interface PlacedEntry {
  readonly entry: CacheEntry;
  /** Makes it count, for good; removes it when that cannot be. */
  publish(): Promise<void>;
}

/** The name of the lock that whoever places the entry of this key holds until it is published. */
export const placing = (key: string): string => `placing-${key}`;

/** Gives a draft its final name in one step, so that whatever has a final name is whole. */
export async function placeDraft(
  layout: CacheLayout,
  draft: Draft,
  key: string,
  facts: EntryFacts,
): Promise<PlacedEntry> {
  // It moves no folder in which a file is open.
  if (process.platform === 'win32') await draft.toDisk.end();
  const folder = path.join(layout.images, key);
  const entry = { ...facts, key, ...placesIn(folder) };
  const placed = { entry, publish: () => publish(entry, facts, draft) };
  if (await moveTo(draft.folder, folder)) return placed;
  const there = await findEntry(layout, key);
  if (there) {
    await dropDraft(draft);
    return publishedEntry(there);
  }
  const broken = newPlace(layout, draft.name);
  await rename(folder, broken);
  await rename(draft.folder, folder);
  await rm(broken, { recursive: true, force: true });
  return placed;
}

export function publishedEntry(entry: CacheEntry): PlacedEntry {
  return { entry, publish: async () => {} };
}

/**
 * Facts come last, and in one step: after a power cut a file system may keep names and lose contents. Until then they
 * are in the folder that the draft had, and go with what else its maker left.
 */
async function publish({ folder }: CacheEntry, facts: EntryFacts, draft: Draft): Promise<void> {
  const written = path.join(draft.folder, factsFile);
  try {
    await draft.toDisk.end();
    await mkdir(draft.folder);
    await writeDown(written, `${JSON.stringify(facts, null, 2)}\n`);
    await rename(written, path.join(folder, factsFile));
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    throw error;
  } finally {
    await rm(draft.folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function writeDown(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'w');
  await handle.writeFile(text);
  await handle.sync();
}

export async function dropDraft(draft: Draft): Promise<void> {
  await draft.toDisk[Symbol.asyncDispose]();
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
