import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageLayout } from '../../src/containers/layout.ts';
import type { PulledImage } from '../../src/containers/pull.ts';
import { parseReference } from '../../src/model/container-reference.ts';
import { makeImage, sha256Of } from '../fixtures/container-image.ts';
import { hasTool, judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { whenDone } from '../fixtures/when-done.ts';

const directory = temporaryDirectory();
const isRoot = process.getuid?.() === 0;

/** An image as if it had just been pulled. */
async function pulled(
  name: string,
  files: Readonly<Record<string, string>>,
  kind: 'oci' | 'docker' = 'oci',
  architecture = 'arm',
): Promise<PulledImage> {
  const platform = architecture === 'arm' ? { architecture, variant: 'v7' } : { architecture };
  const { manifest, mediaType, blobs } = await makeImage(files, platform, kind);
  const [config, ...layers] = [...blobs].map(([digest, bytes]) => {
    const file = path.join(directory, digest.slice('sha256:'.length));
    writeFileSync(file, bytes);
    return { digest, size: bytes.length, path: file };
  });
  if (!config) throw new Error('an image has a configuration');
  return {
    reference: parseReference(name),
    platform: { os: 'linux', ...platform },
    manifest,
    mediaType,
    config,
    layers,
    zstd: false,
  };
}

/** As the Pi hands it to Docker: a tar of the folder that the files were put into. */
function archive(images: readonly PulledImage[]): { file: string; names: readonly string[] } {
  const folder = mkdtempSync(path.join(directory, 'archive-'));
  const layout = imageLayout(images);
  for (const [name, content] of layout) {
    mkdirSync(path.dirname(path.join(folder, 'images', name)), { recursive: true });
    writeFileSync(
      path.join(folder, 'images', name),
      'path' in content ? readFileSync(content.path) : content,
    );
  }
  const file = path.join(folder, 'images.tar');
  execFileSync('tar', ['-cf', file, '-C', path.join(folder, 'images'), '.']);
  return { file, names: [...layout.keys()] };
}

const entry = (file: string, name: string): Buffer =>
  execFileSync('tar', ['-xOf', file, `./${name}`], { maxBuffer: 2 ** 28 });

describe.skipIf(!hasTool('tar'))('the layout of images', () => {
  it('is both formats over blobs that are there once, the same each time', async () => {
    const images = [
      await pulled('nginx:1.27', { hello: 'one', shared: 'same' }),
      await pulled(`ghcr.io/me/app@sha256:${'ab'.repeat(32)}`, { shared: 'same' }, 'docker'),
    ];
    const { file, names } = archive(images);
    expect(imageLayout(images)).toEqual(imageLayout(images));
    expect(names).toEqual([...names].sort());
    expect(names).toHaveLength(3 + 2 + 2 + 2);
    for (const name of names.filter((one) => one.startsWith('blobs/'))) {
      expect(`blobs/${sha256Of(entry(file, name)).replace(':', '/')}`).toBe(name);
    }
    expect(JSON.parse(entry(file, 'manifest.json').toString())).toMatchObject([
      { RepoTags: ['nginx:1.27'] },
      { RepoTags: ['ghcr.io/me/app:sha256-abababababababab'] },
    ]);
    expect(JSON.parse(entry(file, 'index.json').toString())).toMatchObject({
      manifests: [
        {
          digest: sha256Of(images[0]?.manifest ?? Buffer.of()),
          annotations: { 'io.containerd.image.name': 'docker.io/library/nginx:1.27' },
        },
        { annotations: { 'org.opencontainers.image.ref.name': 'sha256-abababababababab' } },
      ],
    });
  });

  it('is refused for two images of one name', async () => {
    const image = await pulled('nginx', { hello: 'one' });
    expect(() => imageLayout([image, image])).toThrow(/nginx:latest is given twice/);
  });
});

describe.skipIf(!hasTool('skopeo'))('skopeo', () => {
  it.each(['docker-archive', 'oci-archive'])('reads it as %s', async (format) => {
    const image = await pulled('localhost/me/app:1', { hello: 'one' });
    const { file } = archive([image]);
    const copy = path.join(mkdtempSync(path.join(directory, 'copy-')), 'image');
    mkdirSync(copy);
    const run = judge('skopeo', ['copy', '--insecure-policy', `${format}:${file}`, `dir:${copy}`]);
    expect(run?.status, run?.output).toBe(0);
    const config = JSON.parse(
      readFileSync(path.join(copy, image.config.digest.slice('sha256:'.length)), 'utf8'),
    );
    expect(config).toMatchObject({ architecture: 'arm', variant: 'v7' });
  });
});

describe.skipIf(!isRoot || !hasTool('dockerd') || !hasTool('docker'))('docker load', () => {
  const home = mkdtempSync(path.join(directory, 'docker-'));
  const socket = path.join(home, 'docker.sock');
  const docker = (...args: string[]) =>
    spawnSync('docker', ['-H', `unix://${socket}`, ...args], { encoding: 'utf8' });
  let running = false;

  beforeAll(async () => {
    // With mounts of its own, which are gone when it ends.
    const child = spawn(
      'unshare',
      [
        '-m',
        'dockerd',
        '--data-root',
        `${home}/data`,
        '--exec-root',
        `${home}/exec`,
        '--pidfile',
        `${home}/pid`,
        '-H',
        `unix://${socket}`,
        '--iptables=false',
        '--ip6tables=false',
        '--bridge=none',
        '-s',
        'vfs',
      ],
      { stdio: 'ignore' },
    );
    const ended = new Promise((end) => child.on('exit', end));
    for (let tries = 0; tries < 300 && child.exitCode === null && !running; tries++) {
      running = docker('version').status === 0;
      await sleep(100);
    }
    whenDone(async () => {
      child.kill('SIGTERM');
      await ended;
    });
  }, 60_000);

  it('takes it, and knows the images by their names', async ({ skip }) => {
    if (!running) skip('the Docker daemon does not run here');
    const images = [
      await pulled('nginx:1.27', { hello: 'one', shared: 'same' }),
      await pulled(`ghcr.io/me/app@sha256:${'ab'.repeat(32)}`, { shared: 'same' }, 'docker'),
    ];
    const { file } = archive(images);
    const load = docker('load', '-i', file);
    expect(load.status, load.stderr).toBe(0);
    for (const [name, image] of [
      ['nginx:1.27', images[0]],
      ['ghcr.io/me/app:sha256-abababababababab', images[1]],
    ] as const) {
      const { stdout } = docker('image', 'inspect', '--format', '{{.Id}} {{.Architecture}}', name);
      expect(stdout.trim()).toBe(`${image?.config.digest} arm`);
    }
  });
});
