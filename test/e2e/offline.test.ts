import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { AptArchive, canMakeArchives } from '../fixtures/apt-archive.ts';
import { makeImage, makeIndex, sha256Of, type TestImage, types } from '../fixtures/container-image.ts';
import { DockerRegistry, hasRegistry } from '../fixtures/docker-registry.ts';
import { Gpg } from '../fixtures/gpg.ts';
import { hasTool, judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { type WebServer, webServer } from '../fixtures/web-server.ts';
import { whenDone } from '../fixtures/when-done.ts';
import { cli } from './cli.ts';

const canRun = canMakeArchives && hasRegistry && hasTool('debugfs') && hasTool('e2fsck');
const preloaded = '/var/lib/pi-image/preloaded';
const env = { SOURCE_DATE_EPOCH: '1700000000' };

describe.skipIf(!canRun)('an image for a Pi without a network', () => {
  const cwd = temporaryDirectory();
  const gpg = new Gpg(whenDone);
  let archive: AptArchive;
  let server: WebServer;
  let registry: DockerRegistry;
  let app: TestImage;

  beforeAll(async () => {
    gpg.makeKey('archive', 'rsa2048');
    mkdirSync(path.join(cwd, 'archive'));
    archive = new AptArchive(path.join(cwd, 'archive'), gpg);
    archive.addPackage({ Package: 'docker.io', Version: '18.09.1+dfsg1-7', Depends: 'runc, iptables' });
    archive.addPackage({ Package: 'runc', Version: '1:1.0.0', Depends: 'libseccomp2 (>= 2.3)' });
    archive.addPackage({ Package: 'docker-compose', Version: '1.21.0', Architecture: 'all' });
    archive.publish({ signedBy: 'archive', release: { 'Valid-Until': 'Sat, 01 Jul 2023 00:00:00 UTC' } });
    server = await webServer(archive.answer);
    mkdirSync(path.join(cwd, 'registry'));
    registry = await DockerRegistry.start(path.join(cwd, 'registry'));
    app = await makeImage({ hello: 'six' }, { architecture: 'arm', variant: 'v6' });
    const seven = await makeImage({ hello: 'seven' }, { architecture: 'arm', variant: 'v7' });
    for (const image of [app, seven]) await registry.push('app', '', image);
    const index = makeIndex([
      { image: seven, platform: { architecture: 'arm', variant: 'v7' } },
      { image: app, platform: { architecture: 'arm', variant: 'v6' } },
    ]);
    await registry.putManifest('app', '1', index, types.index);
    await registry.push('db', '2', await makeImage({ db: 'two' }, { architecture: 'arm', variant: 'v6' }));

    const put = (name: string, content: string | Buffer) => writeFileSync(path.join(cwd, name), content);
    put('sources.list', `deb ${server.url} buster main\n`);
    put('nothing.list', '# none\n');
    put('archive.gpg', gpg.exportKeys(['archive']));
    put('compose.yaml', `version: "3.7"\nname: shop\nservices: {db: {image: "${registry.host}/db:2"}}\n`);
    put(
      'pi-image.yaml',
      `image: demo
docker: { method: offline, archive: distro }
files:
  - { source: sources.list, target: /etc/apt/sources.list }
  - { source: nothing.list, target: /etc/apt/sources.list.d/raspi.list }
  - { source: archive.gpg, target: /etc/apt/trusted.gpg.d/archive.gpg }
`,
    );
  }, 120_000);

  const build = (output: string, ...more: string[]) =>
    cli(['build', '--no-input', '-o', output, ...more], { cwd, env });
  const container = () => ['--container', `${registry.host}/app:1`, '--compose', 'compose.yaml'];

  /** The root file system of an image, cut out. */
  function rootOf(image: string): string {
    const bytes = readFileSync(path.join(cwd, image));
    const [first, count] = [bytes.readUInt32LE(446 + 16 + 8), bytes.readUInt32LE(446 + 16 + 12)];
    const root = path.join(cwd, `${image}.root`);
    writeFileSync(root, bytes.subarray(first * 512, (first + count) * 512));
    return root;
  }

  it('has Docker, its containers and a compose project in it, and is the same each time', async () => {
    const built = await build('one.img', '--verbose', ...container());
    expect(built.exitCode, built.stderr).toBe(0);
    expect(built.stderr).toMatch(/^Preloading Docker: 3 packages$/m);
    expect(built.stderr).toMatch(/Load the container images in the image; Start the container app/);

    const root = rootOf('one.img');
    expect(judge('e2fsck', ['-fn', root])).toMatchObject({ status: 0 });
    const debugfs = (request: string) => judge('debugfs', ['-R', request, root])?.output ?? '';
    expect(
      debugfs(`ls -p ${preloaded}/docker`)
        .match(/[\w.%+~:-]+\.deb/g)
        ?.sort(),
    ).toEqual([
      'docker-compose_1.21.0_all.deb',
      'docker.io_18.09.1+dfsg1-7_armhf.deb',
      'runc_1%3a1.0.0_armhf.deb',
    ]);
    expect(debugfs(`cat ${preloaded}/containers/names`)).toContain(
      `${registry.host}/app:1\n${registry.host}/db:2\n`,
    );
    for (const [digest, bytes] of app.blobs) {
      const copy = path.join(cwd, 'blob');
      debugfs(`dump ${preloaded}/containers/blobs/${digest.replace(':', '/')} ${copy}`);
      expect(sha256Of(readFileSync(copy))).toBe(sha256Of(bytes));
    }
    expect(debugfs(`stat ${preloaded}/containers`)).toMatch(/Mode: +0700/);
    expect(
      debugfs('ls -p /usr/lib/pi-image/steps')
        .match(/\d\d-[\w-]+/g)
        ?.sort(),
    ).toEqual(['60-docker', '70-load-images', '71-container-app', '72-compose-shop']);
    expect(debugfs('cat /usr/lib/pi-image/steps/60-docker')).toMatch(/^# needs: apt$/m);
    expect(debugfs('cat /etc/pi-image/compose/shop/compose.yaml')).toContain(`${registry.host}/db:2`);

    const before = server.requests.length;
    expect((await build('two.img', ...container())).exitCode).toBe(0);
    const digest = (name: string) =>
      createHash('sha256')
        .update(readFileSync(path.join(cwd, name)))
        .digest('hex');
    expect(digest('two.img')).toBe(digest('one.img'));
    expect(server.requests.slice(before).filter((one) => one.path.endsWith('.deb'))).toEqual([]);

    const listed = await cli(['cache', 'list'], { cwd });
    expect(listed.stdout).toMatch(/^packages, containers +\d+ files /m);
    const asked = server.requests.length;
    const offline = await build('three.img', '--offline', ...container());
    expect(offline.exitCode, offline.stderr).toBe(0);
    expect(digest('three.img')).toBe(digest('one.img'));
    expect(server.requests).toHaveLength(asked);
    const never = await build('four.img', '--offline', '--container', `${registry.host}/other:1`);
    expect(never).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/not in the cache/) });
  });

  it('is planned without asking anybody', async () => {
    const before = server.requests.length;
    const planned = await cli(['plan', ...container()], { cwd, env });
    expect(planned.exitCode, planned.stderr).toBe(0);
    expect(planned.stdout).toContain(
      'Docker: docker.io, ca-certificates, docker-compose, with what they need',
    );
    expect(planned.stdout).toContain(`${registry.host}/app:1 (linux/arm/v6)`);
    expect(server.requests).toHaveLength(before);
  });

  it('is refused before anything is written when there is no room', async () => {
    const large = randomBytes(64 * 2 ** 20).toString('latin1');
    await registry.push('large', '1', await makeImage({ large }, { architecture: 'arm', variant: 'v6' }));
    const full = await build('full.img', '--container', `${registry.host}/large:1`);
    expect(full.exitCode).toBe(6);
    expect(existsSync(path.join(cwd, 'full.img'))).toBe(false);
    expect(full.stderr).toMatch(
      /MiB free where .* and at least [\d.]+ MiB are to be added: [\d.]+ MiB are missing/,
    );
  });
});
