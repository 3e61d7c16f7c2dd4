import { parentPort } from 'node:worker_threads';
import { carryOut, type ReplayJob } from './replay-job.ts';
import { movable } from './replay-threads.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread of a build, not a program');
/** One for all blocks: memory that is not used any more is given back late. */
let data = new Uint8Array(0);

port.on('message', (job: ReplayJob) => {
  if (data.length < job.size) data = new Uint8Array(job.size);
  const replayed = carryOut(job, data.subarray(0, job.size));
  const results = [replayed?.code, replayed?.kept].flatMap((code) => (code ? movable(code.bytes) : []));
  port.postMessage(replayed, results);
});
