import { parentPort } from 'node:worker_threads';
import { unlessFault } from '../../xz/fault.ts';
import { replayBlock } from '../../xz/replay-block.ts';
import { movable, type ReplayJob } from './replay-threads.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread of a build, not a program');
/** One for all blocks: memory that is not used any more is given back late. */
let data = new Uint8Array(0);

port.on('message', ({ block, edits }: ReplayJob) => {
  if (data.length < block.size) data = new Uint8Array(block.size);
  const replayed = unlessFault(() => replayBlock(block, edits, data.subarray(0, block.size)));
  port.postMessage(replayed, replayed && movable(replayed.bytes));
});
