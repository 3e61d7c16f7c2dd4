import { workerData } from 'node:worker_threads';
import { copyImage } from './copy-image.ts';
import type { CopyJob } from './copy-thread.ts';

const { from, to } = workerData as CopyJob;
await copyImage(from, to);
