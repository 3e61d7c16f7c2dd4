import { Worker } from 'node:worker_threads';
import { damaged } from './decoder.ts';
import type { Filter } from './filter.ts';

/** A decoder in a thread of its own, so that the main one stays free to download, hash and write. */
export function workerFilter(codec: 'xz' | 'zst', subject: string): Filter {
  const worker = new Worker(new URL('./decode-worker.js', import.meta.url), {
    workerData: codec,
    stdin: true,
    stdout: true,
    execArgv: [],
  });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', (error) => reject(damaged(subject, error.message, error)));
    worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error('the decoder was stopped'))));
  });
  return {
    input: worker.stdin as NonNullable<typeof worker.stdin>,
    output: worker.stdout,
    ended,
    stop: () => void worker.terminate(),
  };
}
