// @ts-check
// A thread that decodes what comes in on its standard input. Plain JavaScript, like what it imports, because
// Node 20 cannot start a thread from TypeScript, and the same file must run from src/ and from dist/.
import { once } from 'node:events';
import { stdin, stdout } from 'node:process';
import { workerData } from 'node:worker_threads';

const decode =
  workerData === 'xz'
    ? (await import('./xz-stream.js')).decodeXz
    : (await import('./zstd-stream.js')).decodeZstd;

for await (const piece of decode(stdin)) {
  if (!stdout.write(piece)) await once(stdout, 'drain');
}
