import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseReference } from '../../src/model/container-reference.ts';
import type { Edit } from '../../src/model/edit.ts';
import type { PreloadOptions } from '../../src/preload/options.ts';
import { preload } from '../../src/preload/preload.ts';
import { createFetch } from '../../src/transfer/http.ts';
import { makeImage, makeIndex, sha256Of, type TestImage } from '../fixtures/container-image.ts';
import { busterLite, factsOf } from '../fixtures/os-trees.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { type WebServer, webServer } from '../fixtures/web-server.ts';

const directory = temporaryDirectory();
const armv6 = { os: 'linux', architecture: 'arm', variant: 'v6' };
const folder = '/var/lib/pi-image/preloaded/containers';

interface Offer {
  readonly image: TestImage;
  readonly variant: string;
}

/** A registry with one repository `app`, all tags of which are the same index; `login` is what it asks for. */
async function registry(offers: readonly Offer[], login?: string): Promise<WebServer & { host: string }> {
  const index = makeIndex(
    offers.map(({ image, variant }) => ({ image, platform: { architecture: 'arm', variant } })),
  );
  const files = new Map(
    offers.flatMap(({ image }) => [[sha256Of(image.manifest), image.manifest] as const, ...image.blobs]),
  );
  const server = await webServer((request, response) => {
    const wanted = login && `Basic ${Buffer.from(login).toString('base64')}`;
    if (wanted && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
      return;
    }
    const [, kind, name = ''] = /^\/v2\/app\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
    const bytes = files.get(name) ?? (kind === 'manifests' ? index : undefined);
    if (bytes) response.end(bytes);
    else response.writeHead(404).end();
  });
  return { ...server, host: server.url.slice('http://'.length) };
}

function fetched(names: readonly string[], more: Partial<PreloadOptions> = {}): Promise<readonly Edit[]> {
  const tree = busterLite();
  const wanted = names.map((name) => ({
    kind: 'container-images' as const,
    images: [{ reference: parseReference(name), platform: armv6 }],
    from: 'containers',
  }));
  const cache = path.join(directory, 'cache');
  return preload(
    wanted,
    { os: factsOf(tree), tree },
    { fetch: createFetch(), cache, offline: false, ...more },
  );
}

const pathsOf = (edits: readonly Edit[]): string[] => edits.map((edit) => edit.path);

describe('container images for an image', () => {
  it('are what docker load takes, for the platform of the Pi and no other', async () => {
    const [v6, v7] = [
      await makeImage({ hello: 'six' }, { architecture: 'arm', variant: 'v6' }),
      await makeImage({ hello: 'seven' }, { architecture: 'arm', variant: 'v7' }),
    ];
    const { host, requests } = await registry([
      { image: v7, variant: 'v7' },
      { image: v6, variant: 'v6' },
    ]);
    const names = [`${host}/app:1`, `${host}/app:2`, `${host}/app:1`];
    const edits = await fetched(names);
    const blobs = [...v6.blobs.keys(), sha256Of(v6.manifest)].map(
      (digest) => `${folder}/blobs/${digest.replace(':', '/')}`,
    );
    expect(pathsOf(edits).sort()).toEqual(
      [
        folder,
        ...blobs,
        ...['index.json', 'manifest.json', 'names', 'oci-layout'].map((name) => `${folder}/${name}`),
      ].sort(),
    );
    expect(edits[0]).toEqual({ kind: 'directory', path: folder, mode: 0o700, from: 'containers' });
    expect(edits.at(-1)).toMatchObject({ content: `${names[0]}\n${names[1]}\n`, from: 'containers' });
    const layer = edits.find((edit) => edit.path.endsWith([...v6.blobs.keys()][1]?.slice(7) ?? '-'));
    expect(layer).toMatchObject({ content: { hostFile: expect.stringContaining(directory) }, mode: 0o644 });

    const before = requests.length;
    expect(await fetched(names)).toEqual(edits);
    expect(requests.slice(before).filter(({ path: url }) => url.includes('/blobs/'))).toEqual([]);
  });

  it('can be had offline, once they were pulled', async () => {
    const image = await makeImage({ hello: 'six' }, { architecture: 'arm', variant: 'v6' });
    const { host, requests } = await registry([{ image, variant: 'v6' }]);
    const edits = await fetched([`${host}/app:1`]);
    const before = requests.length;
    expect(await fetched([`${host}/app:1`], { offline: true })).toEqual(edits);
    expect(requests).toHaveLength(before);
    await expect(fetched([`${host}/app:2`], { offline: true })).rejects.toMatchObject({
      code: 'source.offline',
    });
  });

  it('are refused where there is none for the platform', async () => {
    const v7 = await makeImage({ hello: 'seven' }, { architecture: 'arm', variant: 'v7' });
    const { host } = await registry([{ image: v7, variant: 'v7' }]);
    await expect(fetched([`${host}/app`])).rejects.toMatchObject({
      code: 'plan.unsuitable',
      message: expect.stringMatching(/not made for linux\/arm\/v6/),
    });
  });

  it("are had from private registries with docker's own credentials", async () => {
    const image = await makeImage({ hello: 'private' }, { architecture: 'arm', variant: 'v6' });
    const { host } = await registry([{ image, variant: 'v6' }], 'me:secret');
    const dockerConfig = path.join(mkdtempSync(path.join(directory, 'docker-')), 'config.json');
    await expect(fetched([`${host}/app`], { dockerConfig })).rejects.toMatchObject({
      help: expect.stringContaining('docker login'),
    });
    const auth = Buffer.from('me:secret').toString('base64');
    writeFileSync(dockerConfig, JSON.stringify({ auths: { [host]: { auth } } }));
    const edits = await fetched([`${host}/app`], { dockerConfig });
    expect(readFileSync(dockerConfig, 'utf8')).toContain(auth);
    expect(JSON.stringify(edits)).not.toContain(auth);
  });

  it('that Docker of old cannot load are told of', async () => {
    const plain = await makeImage({ hello: 'zstd' }, { architecture: 'arm', variant: 'v6' });
    const manifest = Buffer.from(plain.manifest.toString().replaceAll('tar+gzip', 'tar+zstd'));
    const { host } = await registry([{ image: { ...plain, manifest }, variant: 'v6' }]);
    const told: string[] = [];
    await fetched([`${host}/app`], {
      onEvent: (event) => event.code === 'advice' && told.push(`${event.level} ${event.id}`),
    });
    expect(told).toEqual(['warning containers.zstd']);
  });
});
