import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from './measure.ts';

/** A build from a server on loopback; the seconds that count begin with the last byte of the archive. */
export function afterLastByte(folder: string, archive: string, build: readonly string[]): Command {
  const report = path.join(folder, 'after-last-byte');
  const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
  return {
    file: 'node',
    args: [path.join(import.meta.dirname, 'serve-and-build.mjs'), archive, sha256, report, ...build],
    cwd: folder,
    counted: () => Number(readFileSync(report, 'utf8')),
  };
}
