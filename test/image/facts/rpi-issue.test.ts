import { describe, expect, it } from 'vitest';
import { parseRpiIssue } from '../../../src/image/facts/rpi-issue.ts';

const generated = 'Generated using pi-gen, https://github.com/RPi-Distro/pi-gen, 0123456789abcdef, stage2';

describe('parseRpiIssue', () => {
  it.each([
    [`Raspberry Pi reference 2021-05-07\n${generated}\n`, { date: '2021-05-07', stage: 'stage2' }],
    [`Raspberry Pi reference 2021-05-07\r\n${generated}\r\n`, { date: '2021-05-07', stage: 'stage2' }],
    ['Raspberry Pi reference 2019-06-20', { date: '2019-06-20', stage: '' }],
    ['Raspberry Pi reference soon\n', undefined],
    [generated, undefined],
    ['', undefined],
  ])('reads %j', (text, release) => expect(parseRpiIssue(text)).toEqual(release));
});
