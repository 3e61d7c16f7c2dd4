import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { OnEvent } from '../../model/events.ts';
import {
  type CacheEntry,
  commitDraft,
  type Draft,
  dropDraft,
  type EntryFacts,
  startDraft,
  touchEntry,
} from './entry.ts';
import { type CacheLayout, prepareCache } from './layout.ts';
import { acquireLock } from './lock.ts';
import { cacheFailure } from './write-failure.ts';

export interface Work {
  /** Who does the same work has the same name; `[0-9a-z-]+`. */
  readonly name: string;
  readonly title: string;
  readonly patience: { readonly staleLock: number };
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
  find(): Promise<CacheEntry | undefined>;
  /** Writes the raw image to the `imagePath` of the draft and says under which key it belongs. */
  make(draft: Draft, signal: AbortSignal): Promise<{ key: string; facts: EntryFacts }>;
}

/** The entry that `work` finds. If there is none it is made by one, while all others wait, across processes. */
export async function makeOnce(layout: CacheLayout, work: Work): Promise<CacheEntry> {
  const entry = (await work.find()) ?? (await makeLocked(layout, work));
  await touchEntry(entry);
  return entry;
}

async function makeLocked(layout: CacheLayout, work: Work): Promise<CacheEntry> {
  const { name, title, patience, signal, onEvent } = work;
  await prepareCache(layout);
  try {
    const lock = await acquireLock(path.join(layout.locks, `${name}.lock`), {
      staleAfter: patience.staleLock,
      ...(signal && { signal }),
      onWait: () => onEvent?.({ code: 'cache.waiting', subject: title }),
    });
    try {
      const meanwhile = await work.find();
      if (meanwhile) return meanwhile;
      await removeDrafts(layout, name);
      return await makeEntry(layout, work, signal ? AbortSignal.any([signal, lock.lost]) : lock.lost);
    } catch (error) {
      // Whoever took us for dead does the work now.
      if (lock.lost.aborted && !signal?.aborted) return await makeOnce(layout, work);
      throw error;
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw cacheFailure(layout.root, error);
  }
}

async function makeEntry(layout: CacheLayout, work: Work, signal: AbortSignal): Promise<CacheEntry> {
  const draft = await startDraft(layout, work.name);
  try {
    const { key, facts } = await work.make(draft, signal);
    signal.throwIfAborted();
    return await commitDraft(layout, draft, key, facts);
  } catch (error) {
    await dropDraft(draft).catch(() => {});
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
