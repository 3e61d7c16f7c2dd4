import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { imageServer } from '../fixtures/image-server.ts';
import { obtainInProcess } from '../fixtures/obtain-process.ts';
import { impatience, noise, obtaining, someImage } from '../fixtures/obtaining.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const root = temporaryDirectory();
let count = 0;
const freshCache = (): string => path.join(root, `cache-${count++}`);

/** Everything that lies in the cache under a final name, by key. */
async function finalImages(cache: string): Promise<ReadonlyMap<string, Buffer>> {
  const keys = await readdir(path.join(cache, 'images')).catch(() => []);
  return new Map(
    await Promise.all(
      keys.map(async (key) => [key, await readFile(path.join(cache, 'images', key, 'image.img'))] as const),
    ),
  );
}

async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

describe('several builds that want the same image', () => {
  it('download it once, in one process', async () => {
    const image = someImage();
    const server = await imageServer({ body: gzipSync(image) });
    const cache = freshCache();
    const runs = Array.from({ length: 5 }, () => obtaining(cache));
    const bases = await Promise.all(runs.map(({ run }) => run(server.url.href, { sha256: server.sha256 })));
    expect(server.requests).toHaveLength(1);
    expect(new Set(bases.map((base) => base.path)).size).toBe(1);
    expect(runs.flatMap(({ events }) => events.filter(({ code }) => code === 'cache.waiting'))).toHaveLength(
      4,
    );
  });

  it('download it once, in several processes', async () => {
    const image = noise(4_000_000);
    const server = await imageServer({ body: image });
    const cacheDirectory = freshCache();
    const options = { cacheDirectory, sha256: server.sha256 };
    const runs = Array.from({ length: 3 }, () => obtainInProcess(server.url.href, options));
    const results = await Promise.all(runs.map(({ result }) => result));
    expect(server.requests).toHaveLength(1);
    for (const { base } of results) expect((await readFile(base?.path ?? '')).equals(image)).toBe(true);
  });

  it('need no place to write when it is there', async () => {
    const server = await imageServer({ body: someImage() });
    const cache = freshCache();
    const base = await obtaining(cache).run(server.url.href, { sha256: server.sha256 });
    for (const name of ['locks', 'drafts', 'downloads', 'known']) {
      await rmdir(path.join(cache, name));
      await writeFile(path.join(cache, name), 'in the way');
    }
    expect(await obtaining(cache).run(server.url.href, { sha256: server.sha256 })).toEqual(base);
  });
});

describe('a process that is killed', () => {
  it('at any moment, leaves nothing wrong under a final name, and the next one finishes', async () => {
    const image = Buffer.concat([noise(3_000_000), Buffer.alloc(3_000_000), noise(1_000_000, 'end')]);
    const server = await imageServer({ body: gzipSync(image) });
    const cacheDirectory = freshCache();
    const options = { cacheDirectory, sha256: server.sha256, patience: { staleLock: 500 } };

    for (const moment of [
      'stage.started',
      'stage.progress',
      'stage.progress',
      'stage.finished',
      'stage.finished',
    ]) {
      const { child, result } = obtainInProcess(server.url.href, options);
      // A little later each time, to hit other moments than those that are told.
      const delay = count++ * 3;
      child.stdout.on('data', (data: Buffer) => {
        if (data.includes(moment)) setTimeout(() => child.kill('SIGKILL'), delay);
      });
      await result;
      for (const [key, bytes] of await finalImages(cacheDirectory)) {
        expect(key).toBe(server.sha256);
        expect(bytes.equals(image)).toBe(true);
      }
    }
    const base = await obtaining(cacheDirectory).run(server.url.href, {
      sha256: server.sha256,
      patience: { ...impatience, staleLock: 500 },
    });
    expect((await readFile(base.path)).equals(image)).toBe(true);
    // One that was killed when all was there, and its lock not given back yet, leaves a lock that nobody asks for again.
    const left = (await filesIn(cacheDirectory)).filter((name) => name !== `${server.sha256}.lock`);
    expect(left).toEqual(['CACHEDIR.TAG', 'entry.json', 'image.img']);
  });

  it('leaves a lock that is taken over, and a download that goes on', async () => {
    const image = noise(4_000_000);
    const server = await imageServer({ body: image, acts: [{ stallAfter: 3_000_000 }] });
    const cacheDirectory = freshCache();
    const options = { cacheDirectory, sha256: server.sha256 };
    const { child, result } = obtainInProcess(server.url.href, options);
    const archive = path.join(cacheDirectory, 'downloads', server.sha256, 'archive');
    await expect
      .poll(async () => (await readFile(archive).catch(() => Buffer.alloc(0))).length, { timeout: 30_000 })
      .toBe(3_000_000);
    child.kill('SIGKILL');
    await result;
    expect(await filesIn(path.join(cacheDirectory, 'locks'))).toHaveLength(1);

    const { run, events } = obtaining(cacheDirectory);
    const base = await run(server.url.href, { sha256: server.sha256 });
    expect((await readFile(base.path)).equals(image)).toBe(true);
    expect(events.map(({ code }) => code)).toContain('cache.waiting');
    expect(server.requests[1]?.range).toBe('bytes=3000000-');
  });

  it('leaves no half-made draft behind for ever', async () => {
    const image = noise(4_000_000);
    const server = await imageServer({ body: gzipSync(image), acts: [{ stallAfter: 3_000_000 }] });
    const cacheDirectory = freshCache();
    const options = { cacheDirectory, sha256: server.sha256 };
    const { child, result } = obtainInProcess(server.url.href, options);
    const drafts = path.join(cacheDirectory, 'drafts');
    await expect
      .poll(async () => (await readdir(drafts).catch(() => [])).length, { timeout: 30_000 })
      .toBe(1);
    await sleep(100);
    child.kill('SIGKILL');
    await result;
    expect(await readdir(drafts)).toHaveLength(1);
    await obtaining(cacheDirectory).run(server.url.href, { sha256: server.sha256 });
    expect(await readdir(drafts)).toEqual([]);
  });
});
