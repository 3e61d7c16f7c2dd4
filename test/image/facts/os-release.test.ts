import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOsRelease } from '../../../src/image/facts/os-release.ts';

describe('parseOsRelease', () => {
  it.each([
    ['ID=raspbian', 'raspbian'],
    ['ID="debian"', 'debian'],
    ["ID='debian'", 'debian'],
    ['  ID=debian\r', 'debian'],
    ['ID="a \\"b\\" \\$c \\\\"', 'a "b" $c \\'],
    ['ID=', ''],
    ['ID=""', ''],
    ['ID="never closed', '"never closed'],
    ['ID=a\nID=b', 'b'],
    ['#ID=c\nID=a', 'a'],
  ])('reads %j', (text, id) => expect(parseOsRelease(text).get('ID')).toBe(id));

  it('takes no line for a setting that is none', () => {
    expect(parseOsRelease('export ID=a\nid=b\n=c\nID : d\nPRETTY NAME=e').size).toBe(0);
  });

  it('reads back any value that is quoted as os-release(5) has it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~äß]{0,20}$/), (value) => {
        const quoted = value.replace(/[\\"$`]/g, '\\$&');
        expect(parseOsRelease(`PRETTY_NAME="${quoted}"\n`).get('PRETTY_NAME')).toBe(value);
      }),
    );
  });
});
