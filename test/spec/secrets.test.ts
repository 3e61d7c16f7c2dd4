import { describe, expect, it } from 'vitest';
import { PiImageError } from '../../src/model/errors.ts';
import { Secret, trimSecret } from '../../src/model/secret.ts';
import { resolveSecrets, revealedSecrets } from '../../src/spec/secrets.ts';

describe('resolveSecrets', () => {
  it('fills secrets wherever they are, dropping line ends', async () => {
    const password = new Secret({ env: 'A' });
    const settings = {
      wifi: { networks: [{ ssid: 'x', password }] },
      user: { password: Secret.of('known') },
    };
    const asked: string[] = [];
    await resolveSecrets(settings, async (_source, where) => {
      asked.push(where);
      return 'correct horse\r\n';
    });
    expect(asked).toEqual(['wifi.networks.0.password']);
    expect(password.reveal()).toBe('correct horse');
    expect(revealedSecrets(settings)).toEqual(['correct horse', 'known']);
  });

  it.each(['\ufeffcorrect horse\n', 'correct horse\r\n\r\n', 'correct horse'])(
    'leaves out of %j what nobody types',
    async (text) => {
      const password = new Secret({ file: 'x' });
      await resolveSecrets({ password }, async () => text);
      expect(password.reveal()).toBe('correct horse');
      expect(trimSecret(text)).toBe('correct horse');
    },
  );

  it('keeps spaces, which may be part of it', () => {
    expect(trimSecret('  correct horse \n')).toBe('  correct horse ');
  });

  it('refuses an empty secret, saying where it was to come from', async () => {
    const settings = { password: new Secret({ file: 'wifi.secret' }) };
    const error = await resolveSecrets(settings, async () => '\n').catch((e: unknown) => e);
    expect(PiImageError.is(error) && error.code).toBe('spec.secret');
    expect((error as PiImageError).help).toContain('wifi.secret');
  });
});
