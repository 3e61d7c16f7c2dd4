import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { XzBlock } from '../../xz/container.ts';
import { unlessFault } from '../../xz/fault.ts';
import type { Edit } from '../../xz/lzma/replay.ts';
import { type ReplayableBlock, replayBlock } from '../../xz/replay-block.ts';

export interface ReplayJob {
  readonly block: ReplayableBlock;
  readonly edits: readonly Edit[];
}

/** Puts edits into blocks, each in a thread of its own; threads are made when there is work for them, and kept. */
export interface ReplayThreads extends AsyncDisposable {
  /** undefined where that block is of another kind. Its bytes may be gone afterwards. */
  replay(job: ReplayJob, stop: AbortSignal): Promise<XzBlock | undefined>;
}

/** Not there where this runs from its sources, which Node cannot make a thread of. */
const threadFile = new URL('./replay-worker.js', import.meta.url);

export function replayThreads(): ReplayThreads {
  const all: Worker[] = [];
  const idle: Worker[] = [];
  const hasThreads = existsSync(fileURLToPath(threadFile));
  return {
    async replay(job, stop) {
      if (!hasThreads) return unlessFault(() => replayBlock(job.block, job.edits));
      const thread = idle.pop() ?? new Worker(threadFile, { execArgv: [] });
      if (!all.includes(thread)) all.push(thread);
      thread.postMessage(job, movable(job.block.bytes));
      // Rejects when the thread fails, or when it is to stop: it is not used any more then.
      const [replayed] = (await once(thread, 'message', { signal: stop })) as [XzBlock | undefined];
      idle.push(thread);
      return replayed;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((thread) => thread.terminate()));
    },
  };
}

/** What can go to another thread without being copied: memory that holds nothing else. */
export function movable(bytes: Uint8Array): ArrayBuffer[] {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? [buffer] : [];
}
