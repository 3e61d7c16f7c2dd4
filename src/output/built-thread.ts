import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Whether the file of a thread is there. It is not where this runs from its sources, which Node cannot make a thread of. */
export function isBuilt(thread: URL): boolean {
  return existsSync(fileURLToPath(thread));
}
