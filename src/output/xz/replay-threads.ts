import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { isBuilt } from '../built-thread.ts';
import { carryOut, type ReplayedBlock, type ReplayJob } from './replay-job.ts';

/** Puts edits into blocks, each in a thread of its own; threads are made when there is work for them, and kept. */
export interface ReplayThreads extends AsyncDisposable {
  /** undefined where that cannot be. The bytes of the block may be gone afterwards. */
  replay(job: ReplayJob, stop: AbortSignal): Promise<ReplayedBlock | undefined>;
}

const threadFile = new URL('./replay-worker.js', import.meta.url);

export function replayThreads(): ReplayThreads {
  const all: Worker[] = [];
  const idle: Worker[] = [];
  const hasThreads = isBuilt(threadFile);
  return {
    async replay(job, stop) {
      if (!hasThreads) return carryOut(job, new Uint8Array(job.size));
      const thread = idle.pop() ?? new Worker(threadFile, { execArgv: [] });
      if (!all.includes(thread)) all.push(thread);
      const { block } = job;
      thread.postMessage(job, movable(block.kind === 'kept' ? block.code.bytes : block.bytes));
      // Rejects when the thread fails, or when it is to stop: it is not used any more then.
      const [replayed] = (await once(thread, 'message', { signal: stop })) as [ReplayedBlock | undefined];
      idle.push(thread);
      return replayed;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((thread) => thread.terminate()));
    },
  };
}

/** What can go to another thread without being copied: memory that is not one of which Node gives pieces to many. */
export function movable({ buffer }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize ? [buffer] : [];
}
