import { workerData } from 'node:worker_threads';
import { copyBase } from './copy-base.ts';
import type { CopyJob } from './copy-thread.ts';

const { from, to } = workerData as CopyJob;
await copyBase(from, to);
