import { once } from 'node:events';

/** Writes a result, waiting while the reader of a pipe is slower than we are. */
export async function writeOut(data: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(data)) await once(process.stdout, 'drain');
}
