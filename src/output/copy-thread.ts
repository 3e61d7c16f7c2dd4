import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { copyImage } from './copy-image.ts';

export interface CopyJob {
  readonly from: string;
  readonly to: string;
}

/** Not there where this runs from its sources, which Node cannot make a thread of. */
const threadFile = new URL('./copy-worker.js', import.meta.url);

/** Does as `copyImage` does, beside what else this thread has to do. When it has ended, nothing is written any more. */
export async function copyInThread(job: CopyJob, stop: AbortSignal): Promise<void> {
  if (!existsSync(fileURLToPath(threadFile))) return copyImage(job.from, job.to);
  const thread = new Worker(threadFile, { workerData: job, execArgv: [] });
  try {
    await once(thread, 'exit', { signal: stop });
  } finally {
    await thread.terminate();
  }
}
