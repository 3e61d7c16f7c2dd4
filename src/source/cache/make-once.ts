import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { OnEvent } from '../../model/events.ts';
import type { SideWork } from '../../model/side-work.ts';
import {
  type CacheEntry,
  type Draft,
  dropDraft,
  type EntryFacts,
  type PlacedEntry,
  placeDraft,
  placing,
  publishedEntry,
  startDraft,
  touchEntry,
} from './entry.ts';
import { type CacheLayout, prepareCache } from './layout.ts';
import { acquireLock, type Lock } from './lock.ts';
import { cacheFailure } from './write-failure.ts';

export interface Work {
  /** Who does the same work has the same name; `[0-9a-z-]+`. */
  readonly name: string;
  readonly title: string;
  readonly patience: { readonly staleLock: number };
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
  /** Takes what is left to do when an entry that was made can be read; without it, that is waited for. */
  readonly side?: SideWork;
  find(): Promise<CacheEntry | undefined>;
  /** Writes the raw image to the `imagePath` of the draft and says under which key it belongs. */
  make(draft: Draft, signal: AbortSignal): Promise<{ key: string; facts: EntryFacts }>;
}

/** The entry that `work` finds. If there is none it is made by one, while all others wait until it is published, across processes. */
export async function makeOnce(layout: CacheLayout, work: Work): Promise<CacheEntry> {
  const entry = (await work.find()) ?? (await makeLocked(layout, work));
  await touchEntry(entry);
  return entry;
}

async function makeLocked(layout: CacheLayout, work: Work): Promise<CacheEntry> {
  const { name, signal, side } = work;
  await prepareCache(layout);
  try {
    const lock = await lockOf(layout, name, work);
    let placed: PlacedEntry;
    try {
      placed = await findOrMake(layout, work, signal ? AbortSignal.any([signal, lock.lost]) : lock.lost);
    } catch (error) {
      await lock.release();
      // Whoever took us for dead does the work now.
      if (lock.lost.aborted && !signal?.aborted) return await makeOnce(layout, work);
      throw error;
    }
    const publishing = published(layout, placed).finally(() => lock.release());
    if (side) side.add(publishing);
    else await publishing;
    return placed.entry;
  } catch (error) {
    throw cacheFailure(layout.root, error);
  }
}

function lockOf(
  layout: CacheLayout,
  name: string,
  { title, patience, signal, onEvent }: Work,
): Promise<Lock> {
  return acquireLock(path.join(layout.locks, `${name}.lock`), {
    staleAfter: patience.staleLock,
    ...(signal && { signal }),
    onWait: () => onEvent?.({ code: 'cache.waiting', subject: title }),
  });
}

async function published(layout: CacheLayout, placed: PlacedEntry): Promise<void> {
  try {
    await placed.publish();
  } catch (error) {
    throw cacheFailure(layout.root, error);
  }
}

async function findOrMake(layout: CacheLayout, work: Work, signal: AbortSignal): Promise<PlacedEntry> {
  const meanwhile = await work.find();
  if (meanwhile) return publishedEntry(meanwhile);
  await removeDrafts(layout, work.name);
  return makeEntry(layout, work, signal);
}

async function makeEntry(layout: CacheLayout, work: Work, signal: AbortSignal): Promise<PlacedEntry> {
  const draft = await startDraft(layout, work.name);
  try {
    const made = await work.make(draft, signal);
    signal.throwIfAborted();
    return await placeAlone(layout, { ...work, signal }, draft, made);
  } catch (error) {
    await dropDraft(draft).catch(() => {});
    throw error;
  }
}

/** Others may come to the same entry under another name, so that it has a lock of its own from where it is placed to where it counts. */
async function placeAlone(
  layout: CacheLayout,
  work: Work,
  draft: Draft,
  { key, facts }: Awaited<ReturnType<Work['make']>>,
): Promise<PlacedEntry> {
  const lock = await lockOf(layout, placing(key), work);
  try {
    const { entry, publish } = await placeDraft(layout, draft, key, facts);
    return { entry, publish: () => publish().finally(() => lock.release()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** What others left behind who died at this work. Whoever holds its lock may be sure that none is alive. */
async function removeDrafts(layout: CacheLayout, name: string): Promise<void> {
  for (const draft of await readdir(layout.drafts)) {
    if (draft.startsWith(`${name}.`))
      await rm(path.join(layout.drafts, draft), { recursive: true, force: true });
  }
}
