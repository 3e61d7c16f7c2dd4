import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from './measure.ts';

export interface Served {
  readonly archive: string;
  /** Bytes a second; as fast as it goes where there is none. */
  readonly rate?: number | undefined;
}

/**
 * A program that gets an archive from a server on loopback, whose address takes the place of the argument `URL`; the
 * seconds that count begin with the last byte of the archive.
 */
export function afterLastByte(
  folder: string,
  { archive, rate = 0 }: Served,
  { file, args, ...command }: Command,
): Command {
  const report = path.join(folder, 'after-last-byte');
  const script = path.join(import.meta.dirname, 'serve-and-run.mjs');
  return {
    ...command,
    ...{ file: 'node', args: [script, archive, String(rate), report, file, ...args] },
    counted: () => Number(readFileSync(report, 'utf8')),
  };
}

/** What makes a build download it. */
export function fromServer({ archive }: Served): readonly string[] {
  const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
  return ['--image', 'URL', '--sha256', sha256];
}
