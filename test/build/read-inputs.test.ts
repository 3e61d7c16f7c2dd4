import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/build/prepare.ts';
import { downloader, readInputs } from '../../src/build/read-inputs.ts';
import { webServer } from '../fixtures/web-server.ts';

const address = 'https://github.com/octocat.keys';
const server = await webServer(({ url }, response) => {
  if (url === '/octocat.keys') response.end('ssh-ed25519 AAAA\n');
  else if (url === '/big.keys') response.end('x'.repeat(64 * 1024 + 1));
  else if (url === '/away.keys') response.writeHead(302, { location: 'http://example.org/keys' }).end();
  else response.writeHead(404).end();
});
const options = { gitHub: server.url, environment: {} };
const { spec } = readSettings({ ssh: { keys: ['gh:octocat', 'gh:octocat'] } }, {});

describe('readInputs', () => {
  it('fetches what settings name by its address, once for all who ask', async () => {
    const before = server.requests.length;
    const download = downloader(options);
    const [one, other] = [
      await readInputs(spec, options, download),
      await readInputs(spec, options, download),
    ];
    expect(one(address)).toMatchObject({ kind: 'file', path: address, size: 17, mode: 0o644 });
    expect(one(address)).toBe(other(address));
    expect(server.requests.slice(before).map(({ path }) => path)).toEqual(['/octocat.keys']);
    expect(() => one('https://github.com/else.keys')).toThrow(/without being declared/);
  });

  it.each([
    ['nobody', 'source.not-found', '404'],
    ['big', 'source.http', 'more than 65536 bytes'],
    ['away', 'source.insecure', 'not a safe https address'],
  ])('takes nothing from the answer for %s', async (name, code, message) => {
    await expect(downloader(options)(`https://github.com/${name}.keys`)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('asks nobody without a network, nor over plain http', async () => {
    const before = server.requests.length;
    const offline = { ...options, offline: true };
    await expect(readInputs(spec, offline)).rejects.toMatchObject({ code: 'source.offline' });
    const plain = { ...options, gitHub: 'http://github.example' };
    await expect(readInputs(spec, plain)).rejects.toMatchObject({ code: 'source.insecure' });
    expect(server.requests).toHaveLength(before);
  });
});
