import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/build/randomness.ts';

describe('randomFrom', () => {
  it('is a function of seed and purpose when seeded', () => {
    const hex = (seed: string, purpose: string) => Buffer.from(randomFrom(seed)(purpose, 40)).toString('hex');
    expect(hex('a', 'salt')).toBe(hex('a', 'salt'));
    expect(new Set([hex('a', 'salt'), hex('b', 'salt'), hex('a', 'uuid')]).size).toBe(3);
    expect(hex('a', 'salt')).toHaveLength(80);
  });

  it('is random otherwise', () => {
    const random = randomFrom(undefined);
    expect(Buffer.from(random('salt', 16)).equals(Buffer.from(random('salt', 16)))).toBe(false);
  });
});
