import { describe, expect, it } from 'vitest';
import { noPaint } from '../../../src/cli/ui/paint.ts';
import { describeError, errorAsJson, printable } from '../../../src/cli/ui/problem.ts';
import { PiImageError } from '../../../src/model/errors.ts';

const error = new PiImageError('spec.invalid', 'a setting is not valid', {
  help: 'see docs',
  problems: [
    {
      message: '"uk" is not a Wi-Fi country code',
      path: 'wifi.country',
      help: 'the United Kingdom is GB',
      at: { file: 'pi-image.yaml', line: 5, column: 12, length: 2, source: '  country: uk' },
    },
  ],
});

describe('describeError', () => {
  it('points at the place with a caret', () => {
    expect(describeError(error, noPaint)).toMatchInlineSnapshot(`
      "error[spec.invalid]: a setting is not valid
        wifi.country: "uk" is not a Wi-Fi country code
         --> pi-image.yaml:5:12
          |
        5 |   country: uk
          |            ^^
        help: the United Kingdom is GB
      help: see docs
      "
    `);
  });
});

describe('errorAsJson', () => {
  it('is one result with the code and every problem', () => {
    expect(JSON.parse(JSON.stringify(errorAsJson(error, 3)))).toMatchObject({
      code: 'result',
      outcome: 'error',
      error: 'spec.invalid',
      exitCode: 3,
      problems: [{ path: 'wifi.country' }],
    });
    expect(errorAsJson(new TypeError('x'), 1)).toMatchObject({ error: 'bug' });
  });
});

describe('printable', () => {
  it('keeps a hostile name from driving the terminal', () => {
    expect(printable('a\u001b[2Jb\u202ec\nd')).toBe('a\\x1b[2Jb\\x202ec\nd');
  });
});
