import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Connection } from '../../../src/source/fetch/connection.ts';
import { imageServer } from '../../fixtures/image-server.ts';
import { hasTool } from '../../fixtures/judge.ts';
import { noise } from '../../fixtures/obtaining.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();
const body = noise(3_000_000);

async function get(url: URL, environment: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  using connection = await Connection.open(environment, 2000);
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await connection.get(url, {})).body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A proxy that tunnels, and forwards what is asked of it in full. */
async function proxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const onward = httpRequest(request.url ?? '', { headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    onward.end();
  });
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  });
  return { url: `127.0.0.1:${await listen(server)}`, asked };
}

describe('a connection', () => {
  it('goes through the proxy that the given environment names', async () => {
    const server = await imageServer({ body });
    const { url, asked } = await proxy();
    expect((await get(server.url, { HTTP_PROXY: `http://${url}` })).equals(body)).toBe(true);
    expect(asked).toHaveLength(1);
    expect((await get(server.url, { http_proxy: url })).equals(body)).toBe(true);
    expect((await get(server.url, { ALL_PROXY: url })).equals(body)).toBe(true);
    expect(asked).toHaveLength(3);
  });

  it('goes around it for the hosts of NO_PROXY', async () => {
    const server = await imageServer({ body });
    const { url, asked } = await proxy();
    await get(server.url, { HTTP_PROXY: url, NO_PROXY: 'downloads.example,127.0.0.1' });
    expect(asked).toEqual([]);
  });

  it('never looks into the environment of its own process', async () => {
    const server = await imageServer({ body });
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await get(server.url)).equals(body)).toBe(true);
  });

  it('that has a proxy of another kind says so', async () => {
    await expect(Connection.open({ ALL_PROXY: 'socks5://127.0.0.1:1080' }, 2000)).rejects.toMatchObject({
      code: 'source.unreachable',
      help: expect.stringMatching(/HTTPS_PROXY/),
    });
  });

  it('gives out all that arrived before it broke', async () => {
    const server = await imageServer({ body, always: { cutAfter: 2_345_678 } });
    using connection = await Connection.open({}, 2000);
    const { body: chunks } = await connection.get(server.url, {});
    let size = 0;
    await expect(async () => {
      for await (const chunk of chunks) {
        size += chunk.length;
        // A reader that is slower than the network.
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }).rejects.toThrow(/broke off/);
    expect(size).toBe(2_345_678);
  });

  it('holds a fast server back while its reader is slow', async () => {
    const large = Buffer.alloc(64_000_000, 1);
    const server = await imageServer({ body: large });
    using connection = await Connection.open({}, 2000);
    const { body: chunks } = await connection.get(server.url, {});
    const before = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    const iterator = chunks[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    expect(after - before).toBeLessThan(40_000_000);
  });

  it('takes user and password out of an address, and to no other host', async () => {
    const second = await imageServer({ body });
    const first = await imageServer({
      body,
      acts: [{ status: 302, headers: { location: second.url.href } }],
    });
    const url = new URL(first.url);
    url.username = 'cook';
    url.password = 'p%40ss';
    await get(url);
    expect(first.requests[0]?.authorization).toBe(`Basic ${Buffer.from('cook:p@ss').toString('base64')}`);
    expect(second.requests[0]?.authorization).toBeUndefined();
  });

  it.each([301, 302, 303, 307, 308])('follows a redirect by %i', async (status) => {
    const server = await imageServer({ body, acts: [{ status, headers: { location: 'image.bin' } }] });
    expect((await get(server.url)).equals(body)).toBe(true);
  });

  it.skipIf(!hasTool('openssl'))('refuses a server that cannot prove who it is', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
    spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
      ...['-keyout', key ?? '', '-out', cert ?? ''],
    ]);
    const port = await listen(
      createTlsServer(
        { key: readFileSync(key ?? ''), cert: readFileSync(cert ?? '') },
        (_request, response) => {
          response.end('secret');
        },
      ),
    );
    await expect(get(new URL(`https://localhost:${port}/`))).rejects.toMatchObject({
      temporary: false,
      error: { code: 'source.insecure', help: expect.stringMatching(/NODE_EXTRA_CA_CERTS/) },
    });
  });
});
