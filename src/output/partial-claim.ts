import { lstat, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PiImageError } from '../model/errors.ts';
import { systemCode } from '../model/write-failure.ts';

/** A running build touches its partial output this often, in milliseconds. */
export const touchEvery = 1000;
/** Untouched for this long, a partial output belongs to a build that was killed. */
const staleAfter = 5000;
const lookEvery = 200;

export interface ClaimOptions {
  readonly onWaiting: () => void;
  /** How what a killed build left is taken away. @default unlink */
  readonly remove?: (partial: string) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Creates a partial output by `create`, which must fail with EEXIST when there is one already. One that a killed
 * build left is removed; one that a running build holds is not ours to touch. Times tell, not process ids: those
 * mean nothing across containers and network disks, and are used again.
 * @throws PiImageError `output.busy`
 */
export async function claim<T>(
  partial: string,
  create: () => Promise<T>,
  { onWaiting, remove = unlink, signal }: ClaimOptions,
): Promise<T> {
  for (;;) {
    try {
      return await create();
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const state = await look(partial, onWaiting, signal);
    if (state === 'in use') {
      throw new PiImageError('output.busy', `another build is writing ${partial}`, {
        help: 'Wait for it to end, or name another output.',
      });
    }
    if (state === 'stale') {
      await remove(partial).catch((error: unknown) => {
        if (systemCode(error) !== 'ENOENT') throw error;
      });
    }
  }
}

/** Watches a file until somebody touches it, or until it would be stale. */
async function look(
  file: string,
  onWaiting: () => void,
  signal?: AbortSignal,
): Promise<'gone' | 'stale' | 'in use'> {
  const first = await touchedAt(file);
  if (first === undefined) return 'gone';
  const age = Date.now() - first;
  if (age >= staleAfter) return 'stale';
  onWaiting();
  // A time in the future says nothing of the age: the clock was set, or is another computer's.
  const end = performance.now() + staleAfter - Math.max(0, age);
  while (performance.now() < end) {
    await sleep(lookEvery, undefined, { ...(signal && { signal }) });
    const now = await touchedAt(file);
    if (now === undefined) return 'gone';
    if (now !== first) return 'in use';
  }
  return 'stale';
}

async function touchedAt(file: string): Promise<number | undefined> {
  return (await lstat(file).catch(() => undefined))?.mtimeMs;
}
