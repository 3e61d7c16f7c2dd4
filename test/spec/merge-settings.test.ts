import { describe, expect, it } from 'vitest';
import { cameFromFlags, mergeSettings } from '../../src/spec/merge-settings.ts';

describe('mergeSettings', () => {
  it('lets options win, key by key', () => {
    const file = { image: 'a', wifi: { country: 'DE', networks: [1] }, ssh: false };
    expect(mergeSettings(file, { image: 'b', wifi: { networks: [2] }, ssh: { keys: ['k'] } })).toEqual({
      image: 'b',
      wifi: { country: 'DE', networks: [2] },
      ssh: { keys: ['k'] },
    });
    expect(file.wifi.networks).toEqual([1]);
  });

  it.each([[null], [undefined]])('takes an empty file (%s) as nothing', (file) => {
    expect(mergeSettings(file, { image: 'b' })).toEqual({ image: 'b' });
  });

  it('leaves what is no map for the schema to refuse', () => {
    expect(mergeSettings(['x'], { image: 'b' })).toEqual(['x']);
  });
});

describe('cameFromFlags', () => {
  const flags = { wifi: { country: 'uk' }, packages: ['A'] };
  it.each([
    [['wifi', 'country'], true],
    [['packages', 0], true],
    [['wifi', 'networks'], false],
    [['hostname'], false],
  ])('%j: %s', (path, expected) => {
    expect(cameFromFlags(flags, path)).toBe(expected);
  });
});
