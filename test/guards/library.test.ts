import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './source-files.ts';

const forbidden: readonly (readonly [string, RegExp])[] = [
  ['print', /\bconsole\s*\.|process\.(stdout|stderr)/],
  ['read the environment or the arguments', /process\.(env|argv)\b/],
  ['exit or kill', /process\.(exit|exitCode|kill|abort)\b/],
  ['ask', /\bprocess\.stdin\b|@clack\/prompts|node:readline/],
];

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '');

/** Of the action, one file knows the process that it runs in. */
const isFrontEnd = ({ name, room }: SourceFile): boolean => room === 'cli' || name === 'action/main.ts';

describe('the library, which is all but cli/ and the entry of the action,', () => {
  const files = sourceFiles().filter((file) => !isFrontEnd(file));
  it.each(forbidden)('does not %s', (_what, pattern) => {
    expect(files.filter(({ text }) => pattern.test(withoutComments(text))).map(({ name }) => name)).toEqual(
      [],
    );
  });
});

describe('files', () => {
  it('are small, except for the formats of file systems', () => {
    const long = sourceFiles()
      .filter(({ name }) => !/^image\/(ext4|fat|partitions)\//.test(name))
      .map(({ name, text }) => [name, text.split('\n').length] as const)
      .filter(([, lines]) => lines > 250);
    expect(long).toEqual([]);
  });

  it('lie two folders deep at most, and none is a drawer for odds and ends', () => {
    const names = sourceFiles().map(({ name }) => name);
    expect(names.filter((name) => name.split('/').length > 3)).toEqual([]);
    expect(names.filter((name) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.)/.test(name))).toEqual([]);
  });
});
