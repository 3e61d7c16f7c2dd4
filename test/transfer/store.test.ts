import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../src/model/events.ts';
import { get } from '../../src/transfer/get.ts';
import { createFetch } from '../../src/transfer/http.ts';
import { obtainFile, type Store } from '../../src/transfer/store.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { type Answer, webServer } from '../fixtures/web-server.ts';

const directory = temporaryDirectory();
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const sha256 = createHash('sha256').update(content).digest('hex');
const fetch = createFetch();

async function setUp(answer: Answer) {
  const server = await webServer(answer);
  const events: BuildEvent[] = [];
  const store: Store = {
    directory: mkdtempSync(path.join(directory, 'store-')),
    retryAfter: 1,
    onEvent: (event) => events.push(event),
  };
  const url = `${server.url}/file`;
  const obtain = (changes: Partial<Store> = {}) =>
    obtainFile(
      { ...store, ...changes },
      { subject: 'a file', url, sha256, size: content.length, request: (range) => get(fetch, url, range) },
    );
  return { server, store, events, obtain };
}

/** Serves ranges like any web server. */
const honest: Answer = (request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start > 0) {
    response.writeHead(206, { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` });
  }
  response.end(content.subarray(start));
};

describe('obtainFile', () => {
  it('downloads once, and again when the file in the store is damaged', async () => {
    const { server, store, obtain } = await setUp(honest);
    const file = await obtain();
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(await obtain({ offline: true })).toBe(file);
    expect(server.requests).toHaveLength(1);
    expect(readdirSync(store.directory)).toEqual([sha256]);
    writeFileSync(file, Buffer.alloc(content.length));
    await expect(obtain({ offline: true })).rejects.toMatchObject({ code: 'source.offline' });
    await obtain();
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it('goes on where a connection was cut', async () => {
    let cuts = 2;
    const { server, events, obtain } = await setUp((request, response) => {
      if (cuts-- <= 0) return honest(request, response);
      const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
      response.writeHead(start > 0 ? 206 : 200, { 'content-range': `bytes ${start}-299999/300000` });
      response.write(content.subarray(start, start + 100_000), () => response.destroy());
    });
    expect(readFileSync(await obtain()).equals(content)).toBe(true);
    // How much of what was sent before the cut arrives is up to the network.
    const starts = server.requests.map(({ headers }) => Number(/\d+/.exec(headers.range ?? '0')?.[0]));
    expect(starts).toHaveLength(3);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts[2]).toBeGreaterThan(0);
    expect(events.filter(({ code }) => code === 'download.retry')).toHaveLength(2);
    expect(events.filter(({ code }) => code === 'download.resumed').length).toBeGreaterThan(0);
  });

  it('goes on with what another run left, and begins anew when that was wrong', async () => {
    for (const left of [content.subarray(0, 1000), Buffer.alloc(1000), Buffer.alloc(content.length + 1)]) {
      const { store, obtain } = await setUp(honest);
      writeFileSync(path.join(store.directory, `${sha256}.partial`), left);
      expect(readFileSync(await obtain()).equals(content)).toBe(true);
      expect(readdirSync(store.directory)).toEqual([sha256]);
    }
  });

  it('takes what a dead process left, but not what another one is writing', async () => {
    const { server, store, obtain } = await setUp(honest);
    mkdirSync(store.directory, { recursive: true });
    const [busy, dead] = ['busy', 'dead'].map((name) =>
      path.join(store.directory, `${sha256}.${name}.partial`),
    ) as [string, string];
    for (const file of [busy, dead]) writeFileSync(file, content.subarray(0, 5000));
    utimesSync(dead, 1000, 1000);
    await obtain();
    expect(server.requests[0]?.headers.range).toBe('bytes=5000-');
    expect(readdirSync(store.directory).sort()).toEqual([sha256, `${sha256}.busy.partial`]);
  });

  it('begins anew with a server that knows no ranges, or gives another one', async () => {
    for (const headers of [undefined, { 'content-range': 'bytes 7-299999/300000' }]) {
      let first = true;
      const { obtain } = await setUp((request, response) => {
        if (!request.headers.range || !headers) response.writeHead(200);
        else response.writeHead(206, headers);
        if (first) response.write(content.subarray(0, 1000), () => response.destroy());
        else response.end(content);
        first = false;
      });
      expect(readFileSync(await obtain()).equals(content)).toBe(true);
    }
  });

  it.each([
    ['other bytes', Buffer.alloc(content.length), 'source.checksum'],
    ['more bytes', Buffer.concat([content, Buffer.from('!')]), 'source.checksum'],
    ['fewer bytes', content.subarray(1), 'source.unreachable'],
  ])('never accepts %s', async (_what, bytes, code) => {
    const { store, obtain } = await setUp((_request, response) => response.writeHead(200).end(bytes));
    await expect(obtain()).rejects.toMatchObject({ code });
    expect(readdirSync(store.directory)).not.toContain(sha256);
  });

  it('tries a busy server five times, a refusing one once', async () => {
    for (const [status, tries] of [
      [503, 5],
      [403, 1],
      [404, 1],
    ] as const) {
      const { server, obtain } = await setUp((_request, response) => response.writeHead(status).end());
      await expect(obtain()).rejects.toThrow(`HTTP ${status}`);
      expect(server.requests).toHaveLength(tries);
    }
  });

  it('says that it may not write there', async () => {
    const { store, obtain } = await setUp(honest);
    const file = path.join(store.directory, 'file');
    writeFileSync(file, '');
    await expect(obtain({ directory: path.join(file, 'store') })).rejects.toMatchObject({
      code: 'output.permission',
    });
  });

  it('lets two obtain the same file at once', async () => {
    const { store, obtain } = await setUp(honest);
    const files = await Promise.all([obtain(), obtain(), obtain()]);
    expect(new Set(files).size).toBe(1);
    expect(readFileSync(files[0] ?? '').equals(content)).toBe(true);
    expect(readdirSync(store.directory)).toEqual([sha256]);
  });
});
