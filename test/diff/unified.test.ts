import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedHunks } from '../../src/diff/unified.ts';
import { hasTool, judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();

describe('unifiedHunks', () => {
  it('says nothing about equal texts', () => {
    expect(unifiedHunks('', '')).toBe('');
    expect(unifiedHunks('a\nb', 'a\nb')).toBe('');
  });

  it.each([
    ['a changed line', 'raspberrypi\n', 'kitchen\n', '@@ -1 +1 @@\n-raspberrypi\n+kitchen\n'],
    ['a new file', '', 'a\nb\n', '@@ -0,0 +1,2 @@\n+a\n+b\n'],
    ['an emptied file', 'a\n', '', '@@ -1 +0,0 @@\n-a\n'],
    ['a line end that is gone', 'a\n', 'a', '@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n'],
    [
      'context of three lines',
      '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
      '1\n2\n3\n4\nfive\n6\n7\n8\n9\n',
      '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    ],
  ])('%s', (_what, before, after, hunks) => {
    expect(unifiedHunks(before, after)).toBe(hunks);
  });

  it('takes texts of a million lines', () => {
    const hunks = unifiedHunks('\n'.repeat(1_000_000), 'x\n'.repeat(400_000));
    expect(hunks.length).toBe('@@ -1,1000000 +1,400000 @@\n'.length + 2 * 1_000_000 + 3 * 400_000);
  });

  it('makes one hunk of changes whose context touches, two of others', () => {
    const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}\n`);
    const changed = (count: number, at: readonly number[]) =>
      numbers(count).map((line, index) => (at.includes(index) ? 'x\n' : line));
    const hunks = (at: readonly number[]) =>
      unifiedHunks(numbers(30).join(''), changed(30, at).join('')).match(/^@@/gm)?.length;
    expect(hunks([5, 12])).toBe(1);
    expect(hunks([5, 13])).toBe(2);
  });

  const text = fc
    .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', '-x', '\\ y'), { maxLength: 20 }), fc.boolean())
    .map(([lines, ended]) => lines.join('\n') + (ended ? '\n' : ''));

  it.skipIf(!hasTool('patch'))('is what patch(1) turns one text into the other with (needs patch)', () => {
    const [file, hunks] = [path.join(directory, 'text'), path.join(directory, 'hunks')];
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        fs.writeFileSync(file, before);
        fs.writeFileSync(hunks, `--- text\n+++ text\n${unifiedHunks(before, after)}`);
        const run = judge('patch', ['--force', '--no-backup-if-mismatch', '--fuzz=0', file, hunks]);
        expect(run).toMatchObject({ status: 0 });
        // A text that comes to nothing is taken away.
        expect(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '').toBe(after);
      }),
      { numRuns: 150 },
    );
  });
});
