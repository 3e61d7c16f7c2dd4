import { createHash } from 'node:crypto';
import { createReadStream, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Asset, assetName, assetsOf } from '../../../src/action/release/assets.ts';
import { uploadRelease } from '../../../src/action/release/upload-release.ts';
import type { BuildEvent } from '../../../src/model/events.ts';
import { environmentFor, type Fault, type ReleaseApi, releaseApi } from '../../fixtures/release-api.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();

const textAsset = (name: string, text: string): Asset => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { name, size: Buffer.byteLength(text), sha256, open: () => createReadStream(file) };
};

function upload(api: ReleaseApi, assets: readonly Asset[], { tag = 'v1', token = api.token, env = {} } = {}) {
  const events: BuildEvent[] = [];
  const printed: string[] = [];
  const done = uploadRelease(assets, {
    tag,
    token,
    environment: { ...environmentFor(api), ...env },
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    print: (line) => printed.push(line),
  });
  return { done, events, printed };
}

const release = (api: ReleaseApi, tag: string, { draft = true, id = 1 } = {}) => {
  api.releases.push({ id, tag_name: tag, name: tag, draft, assets: [] });
};

describe('uploadRelease', () => {
  it('makes a draft for a new tag and puts the files into it', async () => {
    const api = await releaseApi();
    const assets = [textAsset('a.img.xz', 'image'), textAsset('a.sha256', 'sums')];
    const { done, printed } = upload(api, assets);
    expect(await done).toEqual({
      id: 100,
      url: 'https://github.com/cook/kitchen/releases/100',
      isDraft: true,
    });
    expect(api.releases).toEqual([
      expect.objectContaining({
        tag_name: 'v1',
        draft: true,
        target_commitish: 'a'.repeat(40),
        assets: assets.map(({ name, size, sha256 }) =>
          expect.objectContaining({ name, size, state: 'uploaded', digest: `sha256:${sha256}` }),
        ),
      }),
    ]);
    expect(printed).toEqual(['Uploading a.img.xz', 'Uploading a.sha256']);
  });

  it('finds a draft behind a hundred others, and the published release before any draft', async () => {
    const api = await releaseApi();
    release(api, 'v1', { id: 1 });
    for (let id = 2; id < 150; id++) release(api, `other-${id}`, { id, draft: false });
    expect((await upload(api, []).done).id).toBe(1);
    release(api, 'v1', { id: 200, draft: false });
    expect(await upload(api, []).done).toMatchObject({ id: 200, isDraft: false });
  });

  it('replaces a file of the same name and leaves the others', async () => {
    const api = await releaseApi();
    await upload(api, [textAsset('a', 'old'), textAsset('b', 'stays')]).done;
    await upload(api, [textAsset('a', 'new')]).done;
    expect(api.releases[0]?.assets.map(({ name, size }) => [name, size])).toEqual([
      ['b', 5],
      ['a', 3],
    ]);
    expect(api.releases[0]?.assets[1]?.digest).toBe(
      `sha256:${createHash('sha256').update('new').digest('hex')}`,
    );
  });

  it('uses the draft of another job that was made at the same moment', async () => {
    const api = await releaseApi();
    api.onCreate = () => release(api, 'v1', { id: 50 });
    expect((await upload(api, [textAsset('a', 'x')]).done).id).toBe(50);
    expect(api.releases.map(({ id, assets }) => [id, assets.length])).toEqual([[50, 1]]);
  });

  it.each<Fault>(['busy', 'broken', 'damaged', 'limited'])(
    'tries again when an upload is %s',
    async (fault) => {
      const api = await releaseApi();
      api.faults.push(fault);
      const asset = textAsset('a', 'x'.repeat(100_000));
      const { done, events } = upload(api, [asset]);
      await done;
      expect(api.releases[0]?.assets).toEqual([
        expect.objectContaining({
          name: 'a',
          size: 100_000,
          state: 'uploaded',
          digest: `sha256:${asset.sha256}`,
        }),
      ]);
      expect(events.map(({ code }) => code)).toEqual(['download.retry']);
    },
  );

  it('gives up in the end', async () => {
    const api = await releaseApi();
    api.faults.push(...Array<Fault>(9).fill('busy'));
    await expect(upload(api, [textAsset('a', 'x')]).done).rejects.toMatchObject({
      code: 'output.failed',
      message: 'the release v1 cannot be written: GitHub answers 502',
    });
    expect(api.faults).toHaveLength(4);
  }, 60_000);

  it.each([
    [{ token: 'wrong' }, 'output.permission', 'GitHub answers 404 (Not Found)'],
    [{ token: '' }, 'usage.invalid', 'there is no token'],
    [{ env: { GITHUB_REPOSITORY: '../x/y' } }, 'usage.invalid', 'GITHUB_REPOSITORY does not say'],
  ])('fails at once with %j', async (options, code, message) => {
    const api = await releaseApi();
    const { done, events } = upload(api, [textAsset('a', 'x')], options);
    const error = await done.catch((one: unknown) => one as Error);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(JSON.stringify(error) + String(error)).not.toContain(api.token);
    expect(events).toEqual([]);
  });

  it('sends large files as a stream', async () => {
    const api = await releaseApi();
    const file = path.join(folder, 'large.img');
    writeFileSync(file, '');
    const size = 400 * 2 ** 20;
    truncateSync(file, size);
    const before = process.memoryUsage().rss;
    let peak = before;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 5);
    await upload(api, [{ name: 'large.img', size, open: () => createReadStream(file) }]).done;
    clearInterval(timer);
    expect(api.releases[0]?.assets[0]?.size).toBe(size);
    expect(peak - before).toBeLessThan(200 * 2 ** 20);
  }, 120_000);
});

describe('assets', () => {
  it('are the files of a release folder, called after the image, with checksums of those names', () => {
    const file = (name: string) => ({
      path: path.join(folder, name),
      name,
      size: 3,
      sha256: `sha-of-${name}`,
    });
    const names = ['k 1.img.xz', 'k 1.bmap', 'manifest.json', 'sbom.cdx.json', 'SHA256SUMS'];
    const assets = assetsOf(names.map(file));
    expect(assets.map(({ name }) => name)).toEqual([
      'k.1.img.xz',
      'k.1.bmap',
      'k.1.manifest.json',
      'k.1.sbom.cdx.json',
      'k.1.sha256',
    ]);
    expect(String(assets.at(-1)?.open()).split('\n').slice(0, 3)).toEqual([
      'sha-of-k 1.img.xz  k.1.img.xz',
      'sha-of-k 1.bmap  k.1.bmap',
      'sha-of-manifest.json  k.1.manifest.json',
    ]);
  });

  it('have names that GitHub leaves as they are', () => {
    expect(assetName('Küche & Bad (1).img.xz')).toBe('K.che.Bad.1.img.xz');
    expect(assetName('kitchen-1.2+3~rc@x_y.img.xz')).toBe('kitchen-1.2+3~rc@x_y.img.xz');
  });
});
