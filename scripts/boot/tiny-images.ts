import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { execa } from 'execa';

/** A container image of one static program and perhaps a few texts. */
export interface TinyImage {
  readonly name: string;
  /** The program: a static busybox for the guest. */
  readonly busybox: string;
  readonly files: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** A registry on the loopback of this machine, for as long as it is used. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:port`, as it stands in names of images. */
  readonly host: string;
  readonly port: number;
}

interface Answer {
  readonly body: Buffer;
  /** Without it, Docker takes no manifest. */
  readonly type: string;
}

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** Makes the images for armhf boards and offers each as `host/name:1`. */
export async function serveImages(images: readonly TinyImage[], folder: string): Promise<Registry> {
  const answers = new Map<string, Answer>();
  for (const image of images) {
    const layer = await layerOf(image, folder);
    const config = json({
      ...{ os: 'linux', architecture: 'arm', variant: 'v7' },
      config: { Cmd: image.command },
      rootfs: { type: 'layers', diff_ids: [digestOf(layer.plain)] },
    });
    const manifest = json({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: describe(config, types.config),
      layers: [describe(layer.packed, types.layer)],
    });
    for (const reference of ['1', digestOf(manifest)]) {
      answers.set(`/v2/${image.name}/manifests/${reference}`, { body: manifest, type: types.manifest });
    }
    for (const body of [config, layer.packed]) {
      answers.set(`/v2/${image.name}/blobs/${digestOf(body)}`, { body, type: 'application/octet-stream' });
    }
  }
  const server = http.createServer((request, response) => {
    const asked = request.url ?? '';
    const answer =
      asked === '/v2/' ? { body: Buffer.from('{}'), type: 'application/json' } : answers.get(asked);
    if (answer === undefined) return response.writeHead(404, { 'content-length': 0 }).end();
    const { body, type } = answer;
    const headers = {
      ...{ 'content-type': type, 'content-length': body.length },
      'docker-content-digest': digestOf(body),
    };
    return response.writeHead(200, headers).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ host: `127.0.0.1:${port}`, port },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function layerOf(image: TinyImage, folder: string): Promise<{ plain: Buffer; packed: Buffer }> {
  const tree = fs.mkdtempSync(path.join(folder, 'layer-'));
  fs.mkdirSync(path.join(tree, 'bin'));
  fs.copyFileSync(image.busybox, path.join(tree, 'bin/busybox'));
  fs.chmodSync(path.join(tree, 'bin/busybox'), 0o755);
  for (const [name, text] of Object.entries(image.files)) {
    fs.mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
    fs.writeFileSync(path.join(tree, name), text);
  }
  const owner = ['--owner=0', '--group=0', '--mode=u+rwX,go+rX'];
  await execa('tar', ['-cf', `${tree}.tar`, ...owner, '-C', tree, '.']);
  await execa('gzip', ['-kn', `${tree}.tar`]);
  return { plain: fs.readFileSync(`${tree}.tar`), packed: fs.readFileSync(`${tree}.tar.gz`) };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function describe(bytes: Buffer, mediaType: string): unknown {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}
