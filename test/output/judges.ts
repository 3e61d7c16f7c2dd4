import { judge } from '../fixtures/judge.ts';

export interface Verdict {
  readonly tool: string;
  readonly args: readonly string[];
}

/** Asks each tool that is installed; the names of those that were asked. A verdict other than "fine" throws. */
export function ask(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ tool, args }) => {
    const found = judge(tool, args);
    if (found === undefined) return [];
    if (found.status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${found.output}`);
    return [tool];
  });
}

/** A Python program that reads an archive, `f`, and prints the SHA-256 of what is in it. */
export function python(open: string): string {
  return [
    'import gzip, hashlib, lzma, sys, zipfile',
    `f = ${open}`,
    'h = hashlib.sha256()',
    'for piece in iter(lambda: f.read(1 << 20), b""): h.update(piece)',
    'print(h.hexdigest())',
  ].join('\n');
}
