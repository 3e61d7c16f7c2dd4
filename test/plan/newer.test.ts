import { describe, expect, it } from 'vitest';
import { isNewer } from '../../src/plan/newer.ts';

describe('isNewer', () => {
  it.each([
    ['1.2.4', '1.2.3', true],
    ['1.10.0', '1.9.9', true],
    ['2.0.0', '1.99.99', true],
    ['1.2.3', '1.2.3', false],
    ['1.2.3', '1.2.4', false],
    ['0.9.0', '1.0.0', false],
    ['1.3.0-rc.1', '1.2.9', true],
    ['1.2.3+build', '1.2.3', false],
    ['9999999999.0.0', '1.0.0', false],
    ['new', '1.0.0', false],
    ['2.0', '1.0.0', false],
  ])('says of %s and %s: %s', (one, other, newer) => {
    expect(isNewer(one, other)).toBe(newer);
  });
});
