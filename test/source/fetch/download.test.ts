import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../../src/model/events.ts';
import { startDraft } from '../../../src/source/cache/entry.ts';
import { prepareCache } from '../../../src/source/cache/layout.ts';
import { fetchImage } from '../../../src/source/fetch-image.ts';
import { givenPin } from '../../../src/source/pin.ts';
import { type Act, imageServer } from '../../fixtures/image-server.ts';
import {
  impatience,
  noise,
  obtaining,
  sha256Of,
  someImage,
  sourceContext,
} from '../../fixtures/obtaining.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const root = temporaryDirectory();
let count = 0;
const freshCache = (): string => path.join(root, `cache-${count++}`);

const image = someImage();
const packed = gzipSync(image);

const codes = (events: readonly BuildEvent[], code: BuildEvent['code']): readonly BuildEvent[] =>
  events.filter((event) => event.code === code);

/** Names of everything in a cache that is a file. */
async function filesIn(cache: string): Promise<string[]> {
  const found = await readdir(cache, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && entry.name !== 'CACHEDIR.TAG')
    .map((entry) => path.relative(cache, path.join(entry.parentPath, entry.name)))
    .sort();
}

describe('a download', () => {
  it.each([
    ['raw', image],
    ['gz', packed],
  ])('of a %s file arrives whole, and is not fetched again', async (format, body) => {
    const server = await imageServer({ body });
    const cache = freshCache();
    const { run, events } = obtaining(cache);
    const base = await run(server.url.href, { sha256: server.sha256.toUpperCase() });
    expect(base).toMatchObject({ name: 'image', format, size: image.length, sha256: server.sha256 });
    expect((await readFile(base.path)).equals(image)).toBe(true);
    expect(await filesIn(cache)).toEqual([
      `images/${server.sha256}/entry.json`,
      `images/${server.sha256}/image.img`,
    ]);
    expect(codes(events, 'base.trusted')).toMatchObject([{ by: 'given', sha256: server.sha256 }]);
    expect(codes(events, 'stage.finished')).toMatchObject([{ stage: 'download', bytes: body.length }]);

    expect(await run(server.url.href, { sha256: server.sha256, offline: true })).toEqual(base);
    expect(server.requests).toHaveLength(1);
  });

  const survived: readonly (readonly [what: string, acts: readonly Act[], requests: number])[] = [
    ['three cuts', [{ cutAfter: 100_000 }, { cutAfter: 1 }, { cutAfter: 200_000 }], 4],
    ['a cut before the first byte', [{ cutAfter: 0 }], 2],
    ['a stall in the middle', [{ stallAfter: 70_000 }], 2],
    ['a server that does not answer at first', [{ silent: true }], 2],
    [
      'an overloaded server',
      [
        { status: 503, body: noise(10) },
        { status: 429, body: noise(10) },
      ],
      3,
    ],
    ['a server that asks for an hour of patience', [{ status: 503, headers: { 'retry-after': '3600' } }], 2],
    ['a file that changes meanwhile', [{ cutAfter: 90_000, body: noise(700_001), etag: '"v0"' }], 3],
    ['a server that ignores ranges', [{ cutAfter: 90_000 }, { ignoreRange: true }], 3],
    ['a part that was not asked for', [{ cutAfter: 90_000 }, { contentRange: 'bytes 5-9/700001' }], 3],
    ['a part of another file', [{ cutAfter: 90_000 }, { contentRange: 'bytes 90000-9/10' }], 3],
    ['a part with another tag', [{ cutAfter: 90_000 }, { headers: { etag: '"v2"' } }], 3],
    ['a part without a place', [{ cutAfter: 90_000 }, { contentRange: 'pieces' }], 3],
    ['a length that is too large', [{ contentLength: 9_000_000 }], 2],
    ['no length at all', [{ chunked: true }], 1],
    ['a cut without a length', [{ chunked: true, cutAfter: 90_000 }], 2],
  ];
  it.each(survived)('survives %s', async (_what, acts, requests) => {
    const server = await imageServer({ body: image, acts });
    const cache = freshCache();
    const base = await obtaining(cache).run(server.url.href, { sha256: server.sha256 });
    expect((await readFile(base.path)).equals(image)).toBe(true);
    expect(server.requests).toHaveLength(requests);
    expect(await filesIn(cache)).toHaveLength(2);
  });

  it('goes on from the byte where it was cut, of the same version only', async () => {
    const server = await imageServer({ body: image, acts: [{ cutAfter: 123_456 }] });
    const { run, events } = obtaining(freshCache());
    await run(server.url.href, { sha256: server.sha256 });
    expect(server.requests[1]).toMatchObject({ range: 'bytes=123456-', 'if-range': '"v1"' });
    expect(codes(events, 'download.resumed')).toMatchObject([{ bytes: 123_456 }]);
    expect(codes(events, 'download.retry')).toMatchObject([{ attempt: 1, waitMilliseconds: 1 }]);
  });

  it.each([
    ['the date, where there is no strong tag', 'W/"weak"', 'Tue, 02 Nov 2021 10:00:00 GMT'],
    ['nothing, where there is neither and the digest is known', false, undefined],
  ] as const)('recognises the file by %s', async (_what, etag, lastModified) => {
    const acts = [{ cutAfter: 50_000 }];
    const server = await imageServer({ body: image, acts, etag, ...(lastModified && { lastModified }) });
    await obtaining(freshCache()).run(server.url.href, { sha256: server.sha256 });
    expect(server.requests[1]?.['if-range']).toBe(lastModified);
    expect(server.requests[1]?.range).toBe('bytes=50000-');
  });

  it('takes a file marked as gzip for what it is', async () => {
    const server = await imageServer({ body: packed, always: { headers: { 'content-encoding': 'x-gzip' } } });
    const gz = new URL('/image.bin?name=image.gz', server.url);
    // The path decides, so it takes a server of its own to tell.
    await expect(obtaining(freshCache()).run(gz.href, { sha256: server.sha256 })).rejects.toMatchObject({
      code: 'source.http',
    });
  });
});

describe('a download that cannot be', () => {
  const refused: readonly (readonly [
    what: string,
    act: Act,
    code: string,
    says: RegExp,
    requests: number,
  ])[] = [
    ['404', { status: 404 }, 'source.http', /404/, 1],
    ['403', { status: 403 }, 'source.http', /403/, 1],
    ['500 for ever', { status: 500 }, 'source.http', /500/, 4],
    ['an unasked part', { status: 206 }, 'source.http', /one piece/, 3],
    ['a connection that always stalls', { stallAfter: 0 }, 'source.unreachable', /0\.25 s/, 4],
    ['a server that never answers', { silent: true }, 'source.unreachable', /0\.25 s/, 4],
    ['wrong bytes', { body: noise(700_001, 'wrong') }, 'source.checksum', /SHA-256/, 1],
    [
      'too few bytes, whole by their own account',
      { body: image.subarray(0, -1) },
      'source.checksum',
      /SHA/,
      1,
    ],
    [
      'a web page',
      { body: Buffer.from('<html>Log in'), headers: { 'content-type': 'text/html; charset=utf-8' } },
      'source.http',
      /web page/,
      1,
    ],
    ['a file packed anew', { headers: { 'content-encoding': 'br' } }, 'source.http', /br/, 1],
    ['http elsewhere', redirect('http://downloads.example/image.bin'), 'source.insecure', /https/, 1],
    ['ftp', redirect('ftp://127.0.0.1/image.bin'), 'source.insecure', /https/, 1],
    ['circles', redirect('/image.bin'), 'source.http', /circles/, 11],
    ['nowhere', redirect('http://['), 'source.http', /no URL/, 1],
    ['without a target', { status: 302 }, 'source.http', /302/, 1],
  ];
  it.each(refused)('says so: %s', async (_what, act, code, says, requests) => {
    const server = await imageServer({ body: image, always: act });
    const cache = freshCache();
    const error = await obtaining(cache)
      .run(server.url.href, { sha256: server.sha256 })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(says), help: expect.any(String) });
    expect(server.requests).toHaveLength(requests);
    expect((await filesIn(cache)).filter((name) => !name.startsWith('downloads/'))).toEqual([]);
  });

  it('leaves nothing of wrong bytes', async () => {
    const server = await imageServer({ body: image, always: { body: noise(700_001, 'wrong') } });
    const cache = freshCache();
    await expect(obtaining(cache).run(server.url.href, { sha256: server.sha256 })).rejects.toThrow();
    expect(await filesIn(cache)).toEqual([]);
  });

  it('tells wrong bytes from a damaged archive, although both cannot be unpacked', async () => {
    const wrong = await imageServer({ body: packed, always: { body: packed.subarray(0, -9) } });
    await expect(obtaining(freshCache()).run(wrong.url.href, { sha256: wrong.sha256 })).rejects.toMatchObject(
      { code: 'source.checksum' },
    );
    const damaged = await imageServer({ body: packed.subarray(0, -9) });
    await expect(
      obtaining(freshCache()).run(damaged.url.href, { sha256: damaged.sha256 }),
    ).rejects.toMatchObject({ code: 'source.archive' });
  });

  it.each([
    ['a server that is not there', 'http://127.0.0.1:9/image.bin', 'source.unreachable', /127\.0\.0\.1:9/],
    ['plain http', 'http://downloads.example/image.bin', 'source.insecure', /https/],
    ['plain http with a name like loopback', 'http://127.0.0.1.example/a', 'source.insecure', /https/],
    ['another protocol', 'ftp://127.0.0.1/image.bin', 'source.insecure', /https/],
    ['no address', 'https://[', 'source.not-found', /URL/],
  ])('refuses %s', async (_what, url, code, says) => {
    const run = obtaining(freshCache()).run(url, { sha256: '0'.repeat(64) });
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });

  it('refuses an address without a digest, without asking anybody', async () => {
    const server = await imageServer({ body: image });
    const run = obtaining(freshCache()).run(server.url.href);
    await expect(run).rejects.toMatchObject({
      code: 'source.insecure',
      help: expect.stringMatching(/--sha256/),
    });
    expect(server.requests).toEqual([]);
  });

  it('never tells the password or the query of an address', async () => {
    const server = await imageServer({ body: image, always: { status: 500 } });
    const { run, events } = obtaining(freshCache());
    const url = new URL(`?token=hunter2`, server.url);
    url.username = 'cook';
    url.password = 'hunter3';
    const error = await run(url.href, { sha256: server.sha256 }).catch((reason: unknown) => reason);
    expect(`${error} ${JSON.stringify([error, events])}`).not.toMatch(/hunter/);
  });

  it('never keeps them', async () => {
    const server = await imageServer({ body: image, acts: [{ cutAfter: 90_000 }, { status: 404 }] });
    const cache = freshCache();
    const url = new URL(`?token=hunter2`, server.url);
    await expect(obtaining(cache).run(url.href, { sha256: server.sha256 })).rejects.toThrow();
    const about = await readFile(path.join(cache, 'downloads', server.sha256, 'about.json'), 'utf8');
    expect(JSON.parse(about)).toEqual({ url: server.url.href, etag: '"v1"', total: image.length });
    // The same file by another token is gone on with.
    url.search = '?token=other';
    await obtaining(cache).run(url.href, { sha256: server.sha256 });
    expect(server.requests[2]).toMatchObject({ range: 'bytes=90000-', 'if-range': '"v1"' });
  });
});

function redirect(location: string): Act {
  return { status: 302, headers: { location } };
}

describe('mirrors', () => {
  const pin = givenPin(sha256Of(image));
  const fetchFrom = async (mirrors: readonly URL[], events: BuildEvent[] = []) => {
    const cache = freshCache();
    const context = sourceContext(cache, { onEvent: (event) => events.push(event) });
    await prepareCache(context.cache);
    const draft = await startDraft(context.cache, 'test');
    await fetchImage({ title: 'An image', mirrors, pin }, draft, context);
    return readFile(draft.imagePath);
  };

  it('are asked in turn, at once', async () => {
    const gone = await imageServer({ body: image, always: { status: 404 } });
    const there = await imageServer({ body: image });
    expect((await fetchFrom([gone.url, there.url])).equals(image)).toBe(true);
    expect(gone.requests).toHaveLength(1);
  });

  it('go on for each other', async () => {
    const events: BuildEvent[] = [];
    const first = await imageServer({ body: image, acts: [{ cutAfter: 300_000 }] });
    const second = await imageServer({ body: image, etag: '"other"' });
    expect((await fetchFrom([first.url, second.url], events)).equals(image)).toBe(true);
    expect(second.requests).toMatchObject([{ range: 'bytes=300000-' }]);
    expect(second.requests[0]?.['if-range']).toBeUndefined();
    expect(codes(events, 'download.retry')).toMatchObject([{ waitMilliseconds: 0 }]);
  });

  it('that differ do not spoil the image', async () => {
    const events: BuildEvent[] = [];
    const first = await imageServer({ body: image, acts: [{ cutAfter: 300_000 }] });
    const second = await imageServer({ body: image, always: { body: noise(image.length, 'other') } });
    expect((await fetchFrom([first.url, second.url], events)).equals(image)).toBe(true);
    expect(first.requests).toHaveLength(2);
  });

  it('that all say no end in the first error', async () => {
    const first = await imageServer({ body: image, always: { status: 404 } });
    const second = await imageServer({ body: image, always: { status: 410 } });
    await expect(fetchFrom([first.url, second.url])).rejects.toMatchObject({ code: 'source.http' });
  });
});

describe('a run that was given up', () => {
  it('is gone on with by the next', async () => {
    const large = noise(3_000_000);
    const server = await imageServer({ body: large, acts: [{ stallAfter: 2_500_000 }] });
    const cache = freshCache();
    const controller = new AbortController();
    const run = obtaining(cache).run(server.url.href, {
      sha256: server.sha256,
      signal: controller.signal,
      onEvent: ({ code }) => code === 'stage.progress' && controller.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    expect(await filesIn(cache)).toEqual([
      `downloads/${server.sha256}/about.json`,
      `downloads/${server.sha256}/archive`,
    ]);
    const next = obtaining(cache);
    const base = await next.run(server.url.href, { sha256: server.sha256 });
    expect((await readFile(base.path)).equals(large)).toBe(true);
    expect(codes(next.events, 'download.resumed')).toHaveLength(1);
    expect(server.requests[1]?.range).toMatch(/^bytes=\d{7}-$/);
    expect(await filesIn(cache)).toHaveLength(2);
  });

  it('is begun anew when what it left is spoilt', async () => {
    const server = await imageServer({ body: image, acts: [{ cutAfter: 300_000 }, { silent: true }] });
    const cache = freshCache();
    const patient = { ...impatience, attempts: 1 };
    await expect(
      obtaining(cache).run(server.url.href, { sha256: server.sha256, patience: patient }),
    ).rejects.toMatchObject({ code: 'source.unreachable' });
    const archive = path.join(cache, 'downloads', server.sha256, 'archive');
    const kept = await readFile(archive);
    expect(kept).toHaveLength(300_000);
    await writeFile(archive, Buffer.alloc(kept.length));
    const { run, events } = obtaining(cache);
    expect((await readFile((await run(server.url.href, { sha256: server.sha256 })).path)).equals(image)).toBe(
      true,
    );
    expect(codes(events, 'download.retry')).toHaveLength(2);
  });

  it('that had all of it already asks nobody', async () => {
    const server = await imageServer({ body: image, always: { status: 500 } });
    const cache = freshCache();
    const folder = path.join(cache, 'downloads', server.sha256);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'archive'), image);
    await writeFile(
      path.join(folder, 'about.json'),
      JSON.stringify({ url: server.url.href, total: image.length }),
    );
    await obtaining(cache).run(server.url.href, { sha256: server.sha256 });
    expect(server.requests).toEqual([]);
  });

  it('that had all of it already, and did not know, learns it from status 416', async () => {
    const server = await imageServer({ body: image });
    const cache = freshCache();
    const folder = path.join(cache, 'downloads', server.sha256);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'archive'), image);
    await writeFile(path.join(folder, 'about.json'), JSON.stringify({ url: server.url.href, etag: '"v1"' }));
    await obtaining(cache).run(server.url.href, { sha256: server.sha256 });
    expect(server.requests).toHaveLength(1);
  });

  it('that kept more than there is starts anew', async () => {
    const server = await imageServer({ body: image });
    const cache = freshCache();
    const folder = path.join(cache, 'downloads', server.sha256);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'archive'), Buffer.concat([image, image]));
    await writeFile(path.join(folder, 'about.json'), JSON.stringify({ url: server.url.href, etag: '"v1"' }));
    const base = await obtaining(cache).run(server.url.href, { sha256: server.sha256 });
    expect((await readFile(base.path)).equals(image)).toBe(true);
  });
});
