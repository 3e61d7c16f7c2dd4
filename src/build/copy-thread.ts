import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { isBuilt } from '../output/built-thread.ts';
import { copyBase } from './copy-base.ts';

export interface CopyJob {
  readonly from: string;
  readonly to: string;
}

const threadFile = new URL('./copy-worker.js', import.meta.url);

/** Does as `copyBase` does, beside what else this thread has to do. When it has ended, nothing is written any more. */
export async function copyInThread(job: CopyJob, stop: AbortSignal): Promise<void> {
  if (!isBuilt(threadFile)) return copyBase(job.from, job.to, stop);
  const thread = new Worker(threadFile, { workerData: job, execArgv: [] });
  try {
    await once(thread, 'exit', { signal: stop });
  } finally {
    await thread.terminate();
  }
}
