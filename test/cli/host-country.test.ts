import { describe, expect, it } from 'vitest';
import { hostCountry } from '../../src/cli/host-country.ts';

describe('hostCountry', () => {
  it.each([
    [{ LANG: 'de_DE.UTF-8' }, 'DE'],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'en_GB.UTF-8' }, 'GB'],
    [{ LANG: 'C.UTF-8' }, undefined],
    [{ LANG: 'POSIX' }, undefined],
    [{ LANG: 'de' }, undefined],
    [{}, undefined],
  ])('%j on Linux: %s', (env, expected) => {
    expect(hostCountry(env, 'linux')).toBe(expected);
  });
});
