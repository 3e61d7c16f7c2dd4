import { describe, expect, it } from 'vitest';
import { parseChallenge } from '../../src/containers/challenge.ts';
import { dockerCredentials } from '../../src/containers/credentials.ts';

const auth = Buffer.from('me:pass:word').toString('base64');
const password = { kind: 'password', username: 'me', password: 'pass:word' };
const never = () => Promise.reject(new Error('nobody should ask'));

describe('dockerCredentials', () => {
  it.each([
    ['ghcr.io', 'ghcr.io'],
    ['https://ghcr.io/v2/', 'ghcr.io'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['localhost:5000', 'localhost:5000'],
  ])('finds what is kept for %s', async (key, registry) => {
    const find = dockerCredentials(JSON.stringify({ auths: { other: {}, [key]: { auth } } }), never);
    expect(await find(registry)).toEqual(password);
    expect(await find('quay.io')).toBeUndefined();
  });

  it('prefers identity tokens', async () => {
    const find = dockerCredentials(
      JSON.stringify({ auths: { 'a.b': { auth, identitytoken: 'secret' } } }),
      never,
    );
    expect(await find('a.b')).toEqual({ kind: 'identity-token', token: 'secret' });
  });

  it('asks helpers, the one of the registry first', async () => {
    const asked: string[] = [];
    const find = dockerCredentials(
      JSON.stringify({
        credsStore: 'desktop',
        credHelpers: { 'gcr.io': 'gcloud' },
        auths: { 'ghcr.io': {} },
      }),
      async (name, server) => {
        asked.push(`${name} ${server}`);
        if (name === 'gcloud') return { outcome: 'answered', output: '{"Username":"<token>","Secret":"t"}' };
        if (server === 'ghcr.io')
          return { outcome: 'answered', output: '{"Username":"me","Secret":"pass:word"}' };
        return { outcome: 'failed', output: 'credentials not found in native keychain\n' };
      },
    );
    expect(await find('gcr.io')).toEqual({ kind: 'identity-token', token: 't' });
    expect(await find('ghcr.io')).toEqual(password);
    expect(await find('docker.io')).toBeUndefined();
    expect(asked).toEqual(['gcloud gcr.io', 'desktop ghcr.io', 'desktop https://index.docker.io/v1/']);
  });

  it('does without a helper that is not installed, but not without one that fails', async () => {
    const text = JSON.stringify({ credsStore: 'pi-image-test-none' });
    expect(await dockerCredentials(text)('ghcr.io')).toBeUndefined();
    const failing = dockerCredentials(text, async () => ({ outcome: 'failed', output: 'locked' }));
    await expect(failing('ghcr.io')).rejects.toMatchObject({ code: 'spec.secret' });
    const odd = dockerCredentials(JSON.stringify({ credsStore: '../../bin/sh' }), never);
    await expect(odd('ghcr.io')).rejects.toThrow(/no program/);
  });

  it('says that the file is damaged, and not what is in it', () => {
    expect(() => dockerCredentials(`{"auths": {"x": {"auth": "${auth}`)).toThrow(
      expect.objectContaining({ code: 'spec.secret', message: expect.not.stringContaining(auth) }),
    );
    expect(() => dockerCredentials('{"auths": []}')).toThrow(/config\.json/);
  });
});

describe('parseChallenge', () => {
  it.each([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
      {
        scheme: 'bearer',
        realm: 'https://auth.docker.io/token',
        service: 'registry.docker.io',
        scope: 'repository:library/nginx:pull',
      },
    ],
    [
      'bearer realm=https://a, service = "b \\"c\\""',
      { scheme: 'bearer', realm: 'https://a', service: 'b "c"', scope: '' },
    ],
    ['Basic realm="x"', { scheme: 'basic' }],
    ['Negotiate, Basic realm="x"', { scheme: 'basic' }],
    ['Bearer service="x"', undefined],
    ['', undefined],
    ['Digest realm="Basic "', undefined],
  ])('%j', (header, expected) => expect(parseChallenge(header)).toEqual(expected));

  it('takes no time for a header that is made to', () => {
    for (const piece of ['realm="', '\\', 'realm=', ', ', 'Bearer ']) {
      expect(() => parseChallenge(`Bearer realm="${piece.repeat(100_000)}`)).not.toThrow();
    }
  });
});
