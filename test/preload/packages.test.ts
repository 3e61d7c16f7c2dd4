import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesSource, type Content, type HostFileContent, isHostFile } from '../../src/model/content.ts';
import type { Edit } from '../../src/model/edit.ts';
import type { BuildEvent } from '../../src/model/events.ts';
import type { PackageSet } from '../../src/model/preload.ts';
import type { Tree } from '../../src/model/tree.ts';
import type { PreloadOptions } from '../../src/preload/options.ts';
import { preload } from '../../src/preload/preload.ts';
import { createFetch, type Fetch } from '../../src/transfer/http.ts';
import { AptArchive, canMakeArchives } from '../fixtures/apt-archive.ts';
import { Gpg, gpgvAccepts } from '../fixtures/gpg.ts';
import { busterLite, factsOf } from '../fixtures/os-trees.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { type WebServer, webServer } from '../fixtures/web-server.ts';
import { whenDone } from '../fixtures/when-done.ts';

const directory = temporaryDirectory();
const docker = 'https://download.docker.example/linux/raspbian';
const http = createFetch();

describe.skipIf(!canMakeArchives)('packages for an image', () => {
  const gpg = new Gpg(whenDone);
  const [own, dockers] = ['own', 'docker'].map(
    (name) => new AptArchive(mkdtempSync(path.join(directory, `${name}-`)), gpg),
  ) as [AptArchive, AptArchive];
  let ownServer: WebServer;
  let dockerServer: WebServer;
  let keyFile: Buffer;

  beforeAll(async () => {
    for (const name of ['own', 'docker', 'other']) gpg.makeKey(name, 'rsa2048');
    own.addPackage({ Package: 'docker.io', Version: '18.09.1', Depends: 'runc, iptables' });
    own.addPackage({ Package: 'runc', Version: '1.0' });
    own.addPackage({ Package: 'libdevmapper', Version: '2:1.02' });
    own.addPackage({ Package: 'apparmor', Version: '2.13' });
    dockers.addPackage({
      Package: 'docker-ce',
      Version: '5:26.1.4-1',
      Depends: 'docker-ce-cli, libdevmapper',
    });
    dockers.addPackage({ Package: 'docker-ce', Version: '5:27.0.0-1', Depends: 'docker-ce-cli' });
    dockers.addPackage({ Package: 'docker-ce-cli', Version: '5:26.1.4-1' });
    own.publish({ signedBy: 'own' });
    dockers.publish({ signedBy: 'docker' });
    keyFile = gpg.exportKeys(['other', 'docker'], true);
    ownServer = await webServer(own.answer);
    dockerServer = await webServer((request, response) =>
      request.url === '/gpg' ? response.end(keyFile) : dockers.answer(request, response),
    );
  }, 120_000);

  const dockerSet = (): PackageSet => ({
    wanted: [{ name: 'docker-ce', version: '5:26.1' }, { name: 'docker-ce-cli' }],
    ifAvailable: ['docker-compose-plugin', 'apparmor'],
    archive: {
      ...{ uri: docker, suite: 'buster', components: ['main'], keyUrl: `${docker}/gpg` },
      fingerprint: gpg.fingerprint('docker'),
    },
  });
  const distroSet: PackageSet = { wanted: [{ name: 'docker.io' }], ifAvailable: [] };

  /** An image whose only package source is ours. */
  function image(): Tree {
    const tree = busterLite();
    const put = (name: string, bytes: Uint8Array) => tree.write(name, bytesSource(bytes));
    put('/etc/apt/sources.list', Buffer.from(`deb ${ownServer.url} buster main\n`));
    tree.remove('/etc/apt/sources.list.d/raspi.list');
    tree.makeDirectory('/etc/apt/trusted.gpg.d');
    put('/etc/apt/trusted.gpg.d/own.gpg', gpg.exportKeys(['own']));
    return tree;
  }

  async function fetched(sets: readonly PackageSet[], more: Partial<PreloadOptions> = {}) {
    const events: BuildEvent[] = [];
    const fetch: Fetch = (url, request) => http(url.replace(docker, dockerServer.url), request);
    const cache = path.join(directory, 'cache');
    const tree = image();
    const wanted = [{ kind: 'packages', title: 'Docker', folder: '/p', sets, from: 'docker' }] as const;
    const options = { fetch, cache, offline: false, retryAfter: 1, ...more };
    const edits = await preload(
      wanted,
      { os: factsOf(tree), tree },
      { ...options, onEvent: (event) => events.push(event) },
    );
    return { edits, names: edits.map((edit) => edit.path), events };
  }

  const bytesOf = (edit: Edit | undefined): Uint8Array => {
    if (edit?.kind !== 'write' || typeof edit.content === 'string') throw new Error('no file');
    return isHostFile(edit.content) ? readFileSync(edit.content.hostFile) : edit.content;
  };

  it('are what the image lacks, from its own archives and the one that it does not know', async () => {
    const { edits, names, events } = await fetched([dockerSet(), distroSet]);
    expect(names).toEqual([
      '/p/archive.gpg',
      '/p/docker-ce-cli_5%3a26.1.4-1_armhf.deb',
      '/p/libdevmapper_2%3a1.02_armhf.deb',
      '/p/docker-ce_5%3a26.1.4-1_armhf.deb',
      '/p/apparmor_2.13_armhf.deb',
    ]);
    expect(
      edits.every((edit) => edit.from === 'docker' && edit.kind === 'write' && edit.mode === 0o644),
    ).toBe(true);
    expect(Buffer.from(bytesOf(edits[1])).toString('latin1', 0, 7)).toBe('!<arch>');
    // Of all keys that were offered only the one that was named, in a form that gpgv reads.
    const signedBy = (name: string) =>
      gpgvAccepts(directory, gpg.clearSign('x\n', [name]), bytesOf(edits[0]));
    expect([signedBy('docker'), signedBy('other')]).toEqual([true, false]);
    const stages = events.filter((event) => event.code === 'stage.started');
    expect(stages.at(-1)).toMatchObject({ stage: 'preload', subject: 'Docker: 4 packages' });
    const total = edits.slice(1).reduce((sum, edit) => sum + bytesOf(edit).length, 0);
    expect(events.filter((event) => event.code === 'stage.progress').at(-1)).toMatchObject({
      done: total,
      total,
    });
  });

  it('are fetched once', async () => {
    await fetched([dockerSet()]);
    const before = dockerServer.requests.length;
    await fetched([dockerSet()]);
    expect(dockerServer.requests.slice(before).filter(({ path: name }) => name.endsWith('.deb'))).toEqual([]);
  });

  it('are those of the distribution when the archive has given up the release', async () => {
    const gone: PackageSet = { ...dockerSet(), archive: { ...dockerArchive(), suite: 'stretch' } };
    const { names } = await fetched([gone, distroSet]);
    expect(names).toEqual(['/p/runc_1.0_armhf.deb', '/p/docker.io_18.09.1_armhf.deb']);
    await expect(fetched([gone])).rejects.toMatchObject({ code: 'source.not-found' });
  });

  it('are not taken from an archive whose key is another', async () => {
    const fingerprint = gpg.fingerprint('own');
    const set = { ...dockerSet(), archive: { ...dockerArchive(), fingerprint } };
    await expect(fetched([set, distroSet])).rejects.toMatchObject({
      code: 'source.signature',
      message: expect.stringContaining(fingerprint),
    });
    const other = { ...dockerSet(), archive: { ...dockerArchive(), fingerprint: gpg.fingerprint('other') } };
    await expect(fetched([other, distroSet])).rejects.toMatchObject({ code: 'source.signature' });
  });

  it('can be had offline for the same image, once they were fetched', async () => {
    const cache = mkdtempSync(path.join(directory, 'cache-'));
    const offline = { cache, offline: true };
    await expect(fetched([dockerSet()], offline)).rejects.toMatchObject({ code: 'source.offline' });
    const { edits } = await fetched([dockerSet()], { cache });
    const before = [ownServer, dockerServer].map(({ requests }) => requests.length);
    expect((await fetched([dockerSet()], offline)).edits).toEqual(edits);
    expect([ownServer, dockerServer].map(({ requests }) => requests.length)).toEqual(before);
    await expect(fetched([distroSet], offline)).rejects.toMatchObject({ code: 'source.offline' });
    const [, deb] = edits;
    if (deb?.kind === 'write' && isHostFile(deb.content as Content))
      rmSync((deb.content as HostFileContent).hostFile);
    await expect(fetched([dockerSet()], offline)).rejects.toMatchObject({ code: 'source.offline' });
  });

  it('cannot be had after the build was stopped', async () => {
    rmSync(path.join(directory, 'cache'), { recursive: true });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(fetched([distroSet], { signal })).rejects.toThrow('enough');
  });

  function dockerArchive() {
    const { archive } = dockerSet();
    if (!archive) throw new Error('no archive');
    return archive;
  }
});
