import { describe, expect, it } from 'vitest';
import { errorCodes, PiImageError } from '../../src/model/errors.ts';

describe('PiImageError', () => {
  it('is recognised by its brand, whichever copy of the package made it', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('pi-image.error')]: true });
    expect(PiImageError.is(foreign)).toBe(true);
    expect(PiImageError.is(new Error('x'))).toBe(false);
    expect(PiImageError.is(undefined)).toBe(false);
  });

  it('has each code once, in a family', () => {
    expect(new Set(errorCodes).size).toBe(errorCodes.length);
    for (const code of errorCodes)
      expect(code).toMatch(/^(usage|spec|plan|source|image|output|find)\.[a-z-]+$/);
  });
});
