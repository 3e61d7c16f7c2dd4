import { describe, expect, it } from 'vitest';
import { get, getBytes, readBody } from '../../src/transfer/get.ts';
import { createFetch, type Fetch } from '../../src/transfer/http.ts';
import { webServer } from '../fixtures/web-server.ts';

const fetch = createFetch();

describe('get', () => {
  it('follows redirects, and gives the credentials to the first server alone', async () => {
    const other = await webServer((_request, response) => response.end('here'));
    const first = await webServer((request, response) => {
      const location = request.url === '/start' ? '/next' : `${other.url}/blob`;
      response.writeHead(307, { location }).end();
    });
    const body = await getBytes(fetch, `${first.url}/start`, {
      limit: 10,
      headers: { authorization: 'Bearer secret', accept: 'text/plain' },
    });
    expect(body.toString()).toBe('here');
    expect(first.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer secret',
      'Bearer secret',
    ]);
    expect(other.requests[0]?.headers).toMatchObject({ accept: 'text/plain' });
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('ends a circle of redirects', async () => {
    const server = await webServer((_request, response) =>
      response.writeHead(302, { location: '/again' }).end(),
    );
    await expect(get(fetch, `${server.url}/`)).rejects.toMatchObject({ code: 'source.http' });
    expect(server.requests).toHaveLength(11);
  });

  it.each(['http://example.org/', 'file:///etc/passwd', 'http://[', 'ftp://example.org/'])(
    'is not led from https to %s',
    async (location) => {
      const asked: string[] = [];
      const answers: Fetch = async (url) => {
        asked.push(url);
        return { status: 302, headers: { location }, body: (async function* () {})(), close: () => {} };
      };
      await expect(get(answers, 'https://example.org/')).rejects.toMatchObject({
        code: expect.stringMatching(/^source\.(insecure|http)$/),
      });
      expect(asked).toEqual(['https://example.org/']);
    },
  );

  it('is not led from the network to this machine, and shows no secrets', async () => {
    const answers: Fetch = async () => ({
      status: 302,
      headers: { location: 'https://127.0.0.1/admin?token=secret' },
      body: (async function* () {})(),
      close: () => {},
    });
    await expect(get(answers, 'https://me:secret@example.org/?secret')).rejects.toMatchObject({
      code: 'source.insecure',
      message: expect.not.stringContaining('secret'),
    });
  });

  it('takes no more than the limit', async () => {
    const server = await webServer((_request, response) => {
      response.writeHead(200);
      const more = () => response.write(Buffer.alloc(65536), more);
      response.on('error', () => {});
      more();
    });
    await expect(getBytes(fetch, server.url, { limit: 100_000 })).rejects.toThrow(/more than 100000 bytes/);
  });

  it.each([
    [404, 'source.not-found'],
    [403, 'source.http'],
    [503, 'source.unreachable'],
  ])('turns HTTP %i into %s', async (status, code) => {
    const server = await webServer((_request, response) => response.writeHead(status).end());
    await expect(getBytes(fetch, server.url, { limit: 10 })).rejects.toMatchObject({ code });
  });

  it('posts forms when there are any', async () => {
    const server = await webServer((request, response) => {
      request
        .on('data', (piece) => response.write(`${request.method} ${piece}`))
        .on('end', () => response.end());
    });
    const response = await fetch(server.url, { form: { a: '1 &', b: 'ü' } });
    expect((await readBody(server.url, response, 100)).toString()).toBe('POST a=1+%26&b=%C3%BC');
  });

  it('says that a server does not answer, or was asked to stop', async () => {
    await expect(get(fetch, 'http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'source.unreachable' });
    const stopped = createFetch({ signal: AbortSignal.abort(new Error('enough')) });
    await expect(get(stopped, 'http://127.0.0.1:1/')).rejects.toThrow('enough');
  });
});
