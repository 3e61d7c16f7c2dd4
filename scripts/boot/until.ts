import { setTimeout as sleep } from 'node:timers/promises';

/** How long anything may take. */
export interface Limits {
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  /** Factor for every deadline; more than 1 for machines that are busy with other things. */
  readonly patience: number;
}

/**
 * Tries every `every` seconds, for `within` seconds, until `attempt` gives something. What it throws counts as not
 * yet, and is told when time is up.
 */
export async function until<T>(
  what: string,
  { within, every = 2 }: { readonly within: number; readonly every?: number },
  { signal, patience }: Limits,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  const seconds = within * patience;
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < end) {
    signal.throwIfAborted();
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      last = error;
    }
    await sleep(every * 1000, undefined, { signal });
  }
  const reason = last instanceof Error ? `; the last try said: ${last.message}` : '';
  throw new Error(`${what}: not within ${seconds} s${reason}`, { cause: last });
}
