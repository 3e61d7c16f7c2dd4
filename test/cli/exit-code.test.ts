import { describe, expect, it } from 'vitest';
import { answerNo, exitCodeOf } from '../../src/cli/exit-code.ts';
import { type ErrorCode, errorCodes, PiImageError } from '../../src/model/errors.ts';

describe('exitCodeOf', () => {
  it.each<[ErrorCode, number]>([
    ['usage.invalid', 2],
    ['spec.invalid', 3],
    ['plan.conflict', 3],
    ['source.http', 4],
    ['source.checksum', 5],
    ['image.damaged', 6],
    ['output.exists', 7],
  ])('%s is %d', (code, expected) => {
    expect(exitCodeOf(new PiImageError(code, 'x'))).toBe(expected);
  });

  it('has a code for every error, and 1 for bugs', () => {
    for (const code of errorCodes) expect(exitCodeOf(new PiImageError(code, 'x'))).toBeGreaterThan(1);
    expect(exitCodeOf(new TypeError('x'))).toBe(1);
  });

  it('keeps 1 of diff and lint for their answer: a bug is another code there', () => {
    for (const verb of ['diff', 'lint']) {
      expect(exitCodeOf(new TypeError('x'), verb)).toBe(70);
      for (const code of errorCodes) {
        expect(exitCodeOf(new PiImageError(code, 'x'), verb)).toBe(exitCodeOf(new PiImageError(code, 'x')));
      }
    }
    expect(answerNo).toBe(1);
  });
});
