import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Credentials, dockerCredentials } from '../../src/containers/credentials.ts';
import { pullImage } from '../../src/containers/pull.ts';
import { parseReference } from '../../src/model/container-reference.ts';
import type { BuildEvent } from '../../src/model/events.ts';
import { createFetch } from '../../src/transfer/http.ts';
import type { Store } from '../../src/transfer/store.ts';
import { json, makeImage, makeIndex, sha256Of, type TestImage, types } from '../fixtures/container-image.ts';
import { DockerRegistry, hasRegistry } from '../fixtures/docker-registry.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { type Answer, webServer } from '../fixtures/web-server.ts';

const directory = temporaryDirectory();
const fetch = createFetch();
const armv6 = { os: 'linux', architecture: 'arm', variant: 'v6' };
const armv7 = { os: 'linux', architecture: 'arm', variant: 'v7' };
const arm64 = { os: 'linux', architecture: 'arm64' };

const newStore = (): Store => ({ directory: mkdtempSync(path.join(directory, 'store-')), retryAfter: 1 });
const pull = (
  name: string,
  platform: typeof armv6 | typeof arm64 = armv7,
  more: { store?: Store; findCredentials?: () => Promise<Credentials | undefined> } = {},
) => pullImage(fetch, parseReference(name), { platform, store: newStore(), ...more });

function expectWhole(image: Awaited<ReturnType<typeof pullImage>>, source: TestImage): void {
  expect(Buffer.from(image.manifest).equals(source.manifest)).toBe(true);
  for (const { digest, size, path: file } of [image.config, ...image.layers]) {
    expect(sha256Of(readFileSync(file))).toBe(digest);
    expect(source.blobs.get(digest)?.length).toBe(size);
  }
}

describe.skipIf(!hasRegistry)("the registry of Debian's package docker-registry", () => {
  let registry: DockerRegistry;
  const images = new Map<string, TestImage>();

  beforeAll(async () => {
    registry = await DockerRegistry.start(mkdtempSync(path.join(directory, 'registry-')));
    for (const [variant, kind] of [
      ['v5', 'oci'],
      ['v6', 'oci'],
      ['v7', 'oci'],
      ['v8', 'docker'],
    ] as const) {
      const platform = variant === 'v8' ? { architecture: 'arm64' } : { architecture: 'arm', variant };
      const image = await makeImage({ hello: `hello ${variant}`, 'etc/motd': 'shared' }, platform, kind);
      images.set(variant, image);
      await registry.push('demo/hello', variant, image);
    }
    const entry = (variant: string, platform: { architecture: string; variant?: string }) => ({
      image: images.get(variant) as TestImage,
      platform,
    });
    const all = [
      { image: images.get('v7') as TestImage, platform: { os: 'unknown', architecture: 'unknown' } },
      entry('v5', { architecture: 'arm', variant: 'v5' }),
      entry('v7', { architecture: 'arm', variant: 'v7' }),
      entry('v6', { architecture: 'arm', variant: 'v6' }),
      entry('v8', { architecture: 'arm64', variant: 'v8' }),
    ];
    await registry.putManifest('demo/hello', 'latest', makeIndex(all), types.index);
    await registry.putManifest('demo/hello', 'list', makeIndex(all, 'list'), types.list);
    await registry.putManifest('demo/hello', 'old', makeIndex(all.slice(1, 2)), types.index);
    await registry.putManifest('demo/hello', 'new', makeIndex(all.slice(4)), types.index);
  }, 60_000);

  it.each([
    ['latest', armv7, 'v7'],
    ['latest', armv6, 'v6'],
    ['latest', arm64, 'v8'],
    ['list', armv7, 'v7'],
    ['old', armv7, 'v5'],
    ['old', armv6, 'v5'],
    ['v6', armv7, 'v6'],
    ['v8', arm64, 'v8'],
  ])('gives %s for %j', async (tag, platform, variant) => {
    const image = await pull(`${registry.host}/demo/hello:${tag}`, platform);
    expectWhole(image, images.get(variant) as TestImage);
    expect(image.zstd).toBe(false);
  });

  it('gives what a digest names', async () => {
    const digest = sha256Of((images.get('v6') as TestImage).manifest);
    expectWhole(await pull(`${registry.host}/demo/hello@${digest}`, armv6), images.get('v6') as TestImage);
  });

  it.each([
    ['new', armv7, /not made for linux\/arm\/v7, only for linux\/arm64\/v8/],
    ['v7', armv6, /not made for linux\/arm\/v6, for linux\/arm\/v7/],
    ['v8', armv7, /not made for linux\/arm\/v7, for linux\/arm64/],
  ])('has %s not for %j', async (tag, platform, message) => {
    await expect(pull(`${registry.host}/demo/hello:${tag}`, platform)).rejects.toMatchObject({
      code: 'plan.unsuitable',
      message: expect.stringMatching(message),
    });
  });

  it('does not have others', async () => {
    for (const name of ['demo/hello:none', 'demo/none', `demo/hello@sha256:${'0'.repeat(64)}`]) {
      await expect(pull(`${registry.host}/${name}`)).rejects.toMatchObject({ code: 'source.not-found' });
    }
  });

  it('is asked for no blob that is here already', async () => {
    const store = newStore();
    const events: BuildEvent[] = [];
    await pull(`${registry.host}/demo/hello:v7`, armv7, { store });
    const onEvent = (event: BuildEvent) => events.push(event);
    await pull(`${registry.host}/demo/hello:latest`, armv7, { store: { ...store, onEvent } });
    expect(events).toEqual([]);
    const offline = { ...store, offline: true };
    expect(await pull(`${registry.host}/demo/hello`, armv7, { store: offline })).toMatchObject({
      platform: armv7,
    });
    await expect(pull(`${registry.host}/demo/hello:other`, armv7, { store: offline })).rejects.toMatchObject({
      code: 'source.offline',
    });
  });

  it('is given a password where it wants one', async () => {
    const folder = mkdtempSync(path.join(directory, 'registry-'));
    // bcrypt of "correct horse", which the registry alone understands.
    writeFileSync(
      path.join(folder, 'users'),
      'me:$2b$04$gStUxjqqFHPiG.uNXOJdxuvJUt4iz4vbSV6GuTvjsqbysFq/BTfVi\n',
    );
    const authorization = `Basic ${Buffer.from('me:correct horse').toString('base64')}`;
    const auth = `{htpasswd: {realm: test, path: ${folder}/users}}`;
    const closed = await DockerRegistry.start(folder, { auth, authorization });
    const image = images.get('v7') as TestImage;
    await closed.push('demo/secret', '1', image);
    const name = `${closed.host}/demo/secret:1`;
    const config = { auths: { [closed.host]: { auth: authorization.slice('Basic '.length) } } };
    const findCredentials = () => dockerCredentials(JSON.stringify(config))(closed.host);
    expectWhole(await pull(name, armv7, { findCredentials }), image);
    await expect(pull(name)).rejects.toMatchObject({
      code: 'source.http',
      help: expect.stringContaining('docker login'),
    });
    const wrong = async () => ({ kind: 'password', username: 'me', password: 'wrong' }) as const;
    await expect(pull(name, armv7, { findCredentials: wrong })).rejects.toMatchObject({
      code: 'source.http',
    });
  });

  it.skipIf(!hasTool('openssl'))(
    'is given a token where it wants one, for names, passwords and refresh tokens',
    async () => {
      const folder = mkdtempSync(path.join(directory, 'registry-'));
      const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-subj',
          '/CN=test',
          '-keyout',
          key,
          '-out',
          certificate,
        ],
        { stdio: 'pipe' },
      );
      const token = tokenMaker(readFileSync(key), readFileSync(certificate));
      const asked: string[] = [];
      const tokens = await webServer((request, response) => {
        let body = '';
        request
          .on('data', (piece) => (body += piece))
          .on('end', () => {
            const form = new URLSearchParams(
              request.method === 'POST' ? body : new URL(request.url ?? '', 'http://x').search,
            );
            const basic = Buffer.from(
              request.headers.authorization?.replace('Basic ', '') ?? '',
              'base64',
            ).toString();
            asked.push(`${request.method} ${form.get('scope')} ${form.get('refresh_token') ?? basic}`);
            const known = basic === 'me:correct horse' || form.get('refresh_token') === 'refresh';
            if (!known) return response.writeHead(401).end();
            const value = token('registry', form.get('scope') ?? '');
            return response.end(
              JSON.stringify(request.method === 'POST' ? { access_token: value } : { token: value }),
            );
          });
      });
      const auth = `{token: {realm: "${tokens.url}/token", service: registry, issuer: test, rootcertbundle: ${certificate}}}`;
      const authorization = `Bearer ${token('registry', 'repository:demo/secret:pull,push')}`;
      const closed = await DockerRegistry.start(folder, { auth, authorization });
      const image = images.get('v7') as TestImage;
      await closed.push('demo/secret', '1', image);
      const name = `${closed.host}/demo/secret:1`;
      const password = async () => ({ kind: 'password', username: 'me', password: 'correct horse' }) as const;
      expectWhole(await pull(name, armv7, { findCredentials: password }), image);
      const identity = async () => ({ kind: 'identity-token', token: 'refresh' }) as const;
      expectWhole(await pull(name, armv7, { findCredentials: identity }), image);
      expect(asked).toEqual([
        'GET repository:demo/secret:pull me:correct horse',
        'POST repository:demo/secret:pull refresh',
      ]);
      await expect(pull(name)).rejects.toMatchObject({ code: 'source.http' });
    },
  );
});

/** Tokens as docker-registry wants them: signed by a certificate that they carry. */
function tokenMaker(key: Buffer, certificate: Buffer) {
  const der = certificate.toString().replace(/-----[^-]+-----|\s/g, '');
  const encode = (value: unknown) => json(value).toString('base64url');
  return (audience: string, scope: string): string => {
    const [type, name, actions = ''] = scope.split(':');
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: 'test',
      sub: 'me',
      aud: audience,
      exp: now + 600,
      nbf: now - 60,
      iat: now - 60,
      jti: 'x',
      access: [{ type, name, actions: actions.split(',') }],
    };
    const text = `${encode({ typ: 'JWT', alg: 'RS256', x5c: [der] })}.${encode(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(key)).toString('base64url')}`;
  };
}

describe('a hostile registry', () => {
  let good: TestImage;
  beforeAll(async () => {
    good = await makeImage({ hello: 'hello' }, { architecture: 'arm', variant: 'v7' });
  });

  /** Serves one image under any name, and lets `change` answer first. */
  async function hostile(change: Answer | undefined, manifest = good.manifest) {
    const server = await webServer((request, response) => {
      change?.(request, response);
      if (response.writableEnded || response.headersSent) return;
      const blob = good.blobs.get(request.url?.split('/').at(-1) ?? '');
      if (request.url?.includes('/manifests/')) response.end(manifest);
      else if (blob) response.end(blob);
      else response.writeHead(404).end();
    });
    return { ...server, name: `${new URL(server.url).host}/demo/x:1` };
  }

  it('may be honest', async () => {
    const { name } = await hostile(undefined);
    expectWhole(await pull(name), good);
  });

  it.each<[string, string, Answer]>([
    [
      'other blobs',
      'source.checksum',
      (request, response) => {
        const digest = request.url?.split('/').at(-1) ?? '';
        const blob = good.blobs.get(digest);
        if (blob) response.end(Buffer.alloc(blob.length));
      },
    ],
    [
      'longer blobs',
      'source.checksum',
      (request, response) => {
        if (request.url?.includes('/blobs/')) response.end(Buffer.alloc(100_000));
      },
    ],
    [
      'cut blobs',
      'source.unreachable',
      (request, response) => {
        if (request.url?.includes('/blobs/'))
          response.writeHead(200, { 'content-length': 10_000 }).write('x', () => response.destroy());
      },
    ],
    [
      'a manifest without end',
      'source.http',
      (request, response) => {
        if (!request.url?.includes('/manifests/')) return;
        response.on('error', () => {});
        const more = () => response.write(Buffer.alloc(65_536), more);
        more();
      },
    ],
    ['HTML', 'source.malformed', (_request, response) => response.end('<html>')],
    [
      '401 without end',
      'source.http',
      (_request, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
    ],
    ['401 without a reason', 'source.http', (_request, response) => response.writeHead(401).end()],
    ['403', 'source.http', (_request, response) => response.writeHead(403).end()],
    ['429', 'source.http', (_request, response) => response.writeHead(429).end()],
    ['503', 'source.unreachable', (_request, response) => response.writeHead(503).end()],
    [
      'a token server that is not HTTPS',
      'source.insecure',
      (_request, response) =>
        response
          .writeHead(401, { 'www-authenticate': 'Bearer realm="http://example.org/token",service="x"' })
          .end(),
    ],
    [
      'a token server that is none',
      'source.insecure',
      (_request, response) =>
        response
          .writeHead(401, { 'www-authenticate': 'Bearer realm="file:///etc/passwd",service="x"' })
          .end(),
    ],
  ])('gives %s in vain', async (_what, code, answer) => {
    const { name } = await hostile(answer);
    const findCredentials = async () => ({ kind: 'password', username: 'a', password: 'b' }) as const;
    await expect(pull(name, armv7, { findCredentials })).rejects.toMatchObject({ code });
  });

  it('says which ARM an image is for, or is taken to mean v7', async () => {
    good = await makeImage({ hello: 'silent' }, { architecture: 'arm' });
    const { name } = await hostile(undefined);
    expectWhole(await pull(name, armv7), good);
    await expect(pull(name, armv6)).rejects.toMatchObject({ code: 'plan.unsuitable' });
  });

  it('cannot give another manifest for a digest', async () => {
    const { name } = await hostile(undefined);
    await expect(pull(`${name}@sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({ code: 'source.checksum' });
  });

  it.each<
    [
      string,
      (manifest: { config: object; layers: object[]; mediaType: string; schemaVersion: number }) => unknown,
    ]
  >([
    ['no layers', (one) => ({ ...one, layers: [] })],
    ['a layer too many', (one) => ({ ...one, layers: [...one.layers, ...one.layers] })],
    [
      'a layer that is elsewhere',
      (one) => ({ ...one, layers: one.layers.map((each) => ({ ...each, urls: ['http://example.org'] })) }),
    ],
    [
      'a digest that is a path',
      (one) => ({ ...one, layers: [{ mediaType: '', digest: 'sha256:../../etc/passwd', size: 1 }] }),
    ],
    [
      'a digest of another kind',
      (one) => ({ ...one, config: { ...one.config, digest: `sha512:${'0'.repeat(128)}` } }),
    ],
    ['a negative size', (one) => ({ ...one, config: { ...one.config, size: -1 } })],
    ['a huge configuration', (one) => ({ ...one, config: { ...one.config, size: 2 ** 30 } })],
    ['both layers and manifests', (one) => ({ ...one, manifests: [] })],
    ['the format of old', () => ({ schemaVersion: 1, fsLayers: [] })],
    [
      'a list of lists',
      () => ({
        schemaVersion: 2,
        manifests: [
          { digest: `sha256:${createHash('sha256').update('x').digest('hex')}`, size: 1, platform: armv7 },
        ],
      }),
    ],
    ['nothing', () => ({})],
    ['no object', () => 1],
  ])('cannot give a manifest with %s', async (_what, change) => {
    const manifest = json(change(JSON.parse(good.manifest.toString())));
    const { name } = await hostile(undefined, manifest);
    await expect(pull(name)).rejects.toMatchObject({
      code: expect.stringMatching(/^source\.(malformed|checksum)$/),
    });
  });

  it('does not get our token for another server, nor may that one ask for it', async () => {
    const other = await webServer((_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="phishing"' }).end(),
    );
    const { name, requests } = await hostile((request, response) => {
      if (!request.headers.authorization)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      else if (request.url?.includes('/blobs/'))
        response.writeHead(307, { location: `${other.url}/blob` }).end();
    });
    const findCredentials = async () => ({ kind: 'password', username: 'a', password: 'b' }) as const;
    await expect(pull(name, armv7, { findCredentials })).rejects.toMatchObject({ code: 'source.http' });
    expect(requests.some(({ headers }) => headers.authorization !== undefined)).toBe(true);
    expect(other.requests).toHaveLength(1);
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('may send us elsewhere for blobs', async () => {
    const cdn = await webServer((request, response) => {
      const blob = good.blobs.get(request.url?.slice(1) ?? '');
      response.end(blob);
    });
    const { name } = await hostile((request, response) => {
      const [, digest] = /\/blobs\/(.*)$/.exec(request.url ?? '') ?? [];
      if (digest) response.writeHead(307, { location: `${cdn.url}/${digest}` }).end();
    });
    expectWhole(await pull(name), good);
  });

  it('may cut blobs now and then', async () => {
    let cuts = 3;
    const { name } = await hostile((request, response) => {
      const blob = good.blobs.get(request.url?.split('/').at(-1) ?? '');
      if (blob && cuts-- > 0)
        response
          .writeHead(200, { 'content-length': blob.length })
          .write(blob.subarray(0, 20), () => response.destroy());
    });
    expectWhole(await pull(name), good);
  });
});
