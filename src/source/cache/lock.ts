import { randomUUID } from 'node:crypto';
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LockOptions {
  /** Milliseconds without a sign of life after which a holder counts as dead. It gives ten in that time. */
  readonly staleAfter: number;
  readonly signal?: AbortSignal;
  /** Called once, when the lock is held by somebody else. */
  readonly onWait?: () => void;
}

export interface Lock {
  /** Aborts when the lock was lost: this process stood still so long that another took it for dead. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface Sighting {
  readonly token: string;
  readonly mtimeMs: number;
}

/**
 * Takes a lock file, waiting for as long as its holder lives. A holder shows life by touching the file; its death,
 * however sudden, is seen by the file not changing for a while. Process ids would not do: containers that share
 * a cache reuse them. Losing the race for a stale lock costs double work, never a wrong file.
 */
export async function acquireLock(file: string, options: LockOptions): Promise<Lock> {
  const { staleAfter, signal, onWait } = options;
  const token = randomUUID();
  let seen: Sighting | undefined;
  let seenAt = 0;
  for (;;) {
    signal?.throwIfAborted();
    if (await create(file, token)) return hold(file, token, staleAfter / 10);
    const now = await look(file);
    if (!now) continue;
    if (!seen) onWait?.();
    if (seen?.token !== now.token || seen.mtimeMs !== now.mtimeMs) seenAt = performance.now();
    seen = now;
    if (performance.now() - seenAt > staleAfter) {
      await removeStale(file, now.token, staleAfter);
      seenAt = performance.now();
    } else {
      await sleep(staleAfter / 20, undefined, signal && { signal });
    }
  }
}

async function create(file: string, token: string): Promise<boolean> {
  try {
    await using handle = await open(file, 'wx');
    await handle.writeFile(token);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function look(file: string): Promise<Sighting | undefined> {
  try {
    const [{ mtimeMs }, token] = await Promise.all([stat(file), readFile(file, 'utf8')]);
    return { token, mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of all that wait for the same dead holder one removes its lock, so that nobody removes the next holder's. */
async function removeStale(file: string, staleToken: string, staleAfter: number): Promise<void> {
  const claim = `${file}.${staleToken || 'empty'}`;
  if (!(await create(claim, ''))) {
    const claimed = await look(claim);
    if (claimed && Date.now() - claimed.mtimeMs > 2 * staleAfter) await rm(claim, { force: true });
    return;
  }
  if ((await look(file))?.token === staleToken) await rm(file, { force: true });
  await rm(claim, { force: true });
}

function hold(file: string, token: string, heartbeat: number): Lock {
  const lost = new AbortController();
  let beating: Promise<void> | undefined;
  const beat = async (): Promise<void> => {
    const found = await look(file).catch(() => ({ token }));
    if (found?.token !== token) {
      clearInterval(timer);
      return lost.abort(new Error('the lock was taken over'));
    }
    await utimes(file, new Date(), new Date()).catch(() => {});
  };
  const timer = setInterval(() => {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
  }, heartbeat).unref();

  return {
    lost: lost.signal,
    async release() {
      clearInterval(timer);
      await beating;
      if ((await look(file))?.token === token) await rm(file, { force: true });
    },
  };
}
