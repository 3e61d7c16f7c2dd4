import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyfileString, oneLine, shellWord, systemdText, systemdWord } from '../../src/content/quote.ts';

const anyText = fc
  .string({ unit: 'binary', maxLength: 30 })
  .filter((text) => !/[\0\ud800-\udfff]/.test(text));
const line = fc.stringMatching(/^[ -~äß€\t]{0,20}$/);

describe('shellWord', () => {
  it('is one word to sh, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 8 }), (texts) => {
        const output = execFileSync('sh', ['-c', `printf '%s\\0' ${texts.map(shellWord).join(' ')}`], {
          encoding: 'utf8',
        });
        expect(output.split('\0').slice(0, -1)).toEqual(texts);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses NUL', () => expect(() => shellWord('a\0b')).toThrow(/NUL/));
});

describe('systemd', () => {
  it('gives back the word by the rules of systemd.service(5)', () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(readSystemdWord(systemdWord(text))).toBe(text);
      }),
    );
  });

  it('gives back the text by the rules of specifiers', () => {
    fc.assert(
      fc.property(line, (text) => {
        fc.pre(!text.endsWith('\\'));
        expect(systemdText(text).replaceAll('%%', '%')).toBe(text);
        expect(systemdText(text).replaceAll('%%', '')).not.toContain('%');
      }),
    );
  });

  it('refuses what would end the line or join the next one', () => {
    expect(() => systemdText('a\nExecStart=/evil')).toThrow(/line break/);
    expect(() => systemdWord('a\nExecStart=/evil')).toThrow(/line break/);
    expect(() => systemdText('a\\')).toThrow(/backslash/);
  });

  /** Quotes off, then C escapes, then specifiers and variables: how ExecStart= reads one double-quoted word. */
  function readSystemdWord(word: string): string {
    expect(word).toMatch(/^"(?:[^"\\]|\\.)*"$/);
    const unescaped = word.slice(1, -1).replace(/\\(.)/g, '$1');
    expect(unescaped.replaceAll('%%', '').replaceAll('$$', () => '')).not.toMatch(/[%$]/);
    return unescaped.replaceAll('%%', '%').replaceAll('$$', () => '$');
  }
});

describe('keyfileString', () => {
  it('is read back by the rules of GKeyFile', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const written = keyfileString(text);
        expect(written).not.toMatch(/[\n\r]/);
        expect(readKeyFile(`psk=${written}`)).toBe(text);
      }),
    );
  });

  /** Leading white space is dropped, then `\s \n \t \r \\` are the only escapes. */
  function readKeyFile(text: string): string {
    const value = text.slice(text.indexOf('=') + 1).replace(/^[ \t]+/, '');
    return value.replace(/\\(.)/gs, (_, escaped: string) => {
      const meaning = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' }[escaped];
      if (meaning === undefined) throw new Error(`a key file has no escape \\${escaped}`);
      return meaning;
    });
  }
});

it('oneLine lets tabs through and nothing else that controls', () => {
  expect(oneLine('a\tb')).toBe('a\tb');
  for (const bad of ['\n', '\r', '\0', '\x1b', '\x7f'])
    expect(() => oneLine(`a${bad}`)).toThrow(/line break/);
});
