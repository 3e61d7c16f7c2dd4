import { describe, expect, it } from 'vitest';
import { readSettings, seedFor } from '../../src/build/prepare.ts';

const now = new Date('2024-05-06T07:08:09Z');
const seed = (settings: unknown, directory = '/home/bob/kitchen', at = now): string =>
  seedFor(readSettings(settings, {}).spec, at, { directory });
const key = (file: string) => ({ ssh: { keys: [{ file }] } });

describe('seedFor', () => {
  it('is another for other settings and another time', () => {
    const one = seed({ hostname: 'a' });
    expect(seed({ hostname: 'a' })).toBe(one);
    expect(seed({ hostname: 'b' })).not.toBe(one);
    expect(seed({ hostname: 'a' }, undefined, new Date(0))).not.toBe(one);
  });

  it('is the same wherever on a computer the files of the build are', () => {
    const one = seed(key('keys/id.pub'));
    expect(seed(key('/home/bob/kitchen/keys/id.pub'))).toBe(one);
    expect(seed(key('/srv/checkout/keys/id.pub'), '/srv/checkout')).toBe(one);
    expect(seed(key('/home/bob/kitchen/id.pub'))).not.toBe(one);
    expect(seed(key('/home/bob/.ssh/id.pub'))).toBe(seed(key('/home/eve/.ssh/id.pub')));
  });

  it('knows of no secret, nor where it came from', () => {
    const user = (password: unknown) => ({ user: { password } });
    expect(seed(user({ env: 'A' }))).toBe(seed(user('Kanarie 9217')));
  });
});
