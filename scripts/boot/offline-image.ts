import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { openBase } from '../../src/build/open-base.ts';
import { preload } from '../../src/preload/preload.ts';
import { createFetch } from '../../src/transfer/http.ts';
import { proxyDispatcher } from '../../src/transfer/proxies.ts';
import { expandRootfs } from './boot-image.ts';
import { growToCard } from './card.ts';
import { piImage } from './pi-image.ts';
import { type Registry, serveImages } from './tiny-images.ts';
import type { Limits } from './until.ts';

export interface OfflineImageRequest {
  readonly base: string;
  /** File to write. */
  readonly image: string;
  /** With the keys; what goes into the image is put there. */
  readonly folder: string;
  readonly cache: string;
  readonly limits: Limits;
}

/** The project and the container that have to run on the guest in the end. */
export const running = ['kiosk', 'shop_visitor_1', 'shop_web_1'] as const;
export const greeting = 'hello from the shop';

/** Two images: a web server, and somebody who visits one by the name that the project gives it. */
export async function serveShop(request: OfflineImageRequest): Promise<Registry> {
  const busybox = await busyboxFor(request);
  // A static program cannot load the library that resolves names for wget; nslookup asks the name server by itself.
  const address =
    "/bin/busybox nslookup web | /bin/busybox awk '/^Name:/ { found = 1 } found && /^Address/ { print $NF; exit }'";
  const visit = `while :; do /bin/busybox wget -q -O - "http://$(${address})/"; /bin/busybox sleep 5; done`;
  return serveImages(
    [
      {
        ...{ name: 'web', busybox, files: { 'www/index.html': `${greeting}\n` } },
        command: ['/bin/busybox', 'httpd', '-f', '-p', '80', '-h', '/www'],
      },
      { ...{ name: 'visitor', busybox, files: {} }, command: ['/bin/busybox', 'sh', '-c', visit] },
    ],
    request.folder,
  );
}

/** Builds an image with the compiled program that has all of Docker in it, and gives it the size of a card. */
export async function buildOfflineImage(
  { base, image, folder, cache, limits }: OfflineImageRequest,
  { host }: Registry,
): Promise<void> {
  const put = (name: string, text: string): void => fs.writeFileSync(path.join(folder, name), text);
  put('expand-rootfs', expandRootfs);
  const service = (name: string) => ({ image: `${host}/${name}:1`, restart: 'unless-stopped' });
  // JSON is YAML. The docker-compose of the base, Debian 11, wants to be told the version.
  put(
    'compose.yaml',
    JSON.stringify({ version: '3.7', services: { web: service('web'), visitor: service('visitor') } }),
  );
  const settings = {
    ...{ image: base, hostname: 'kitchen', output: image },
    ssh: { keys: [{ file: 'key.pub' }] },
    docker: { method: 'offline', archive: 'distro' },
    compose: [{ file: 'compose.yaml', name: 'shop' }],
    containers: [{ image: `${host}/web:1`, name: 'kiosk', ports: ['8080:80'] }],
    files: [{ source: 'expand-rootfs', target: '/usr/lib/test-base/expand-rootfs', mode: '0755' }],
  };
  put('pi-image.yaml', JSON.stringify(settings));
  await piImage(['build', 'pi-image.yaml', '--no-input', '--cache-dir', cache], { cwd: folder, limits });
  growToCard(image);
}

/** A static busybox for the guest, from the archive that the base names, by the same way as Docker. */
async function busyboxFor({ base, folder, cache }: OfflineImageRequest): Promise<string> {
  const { env } = process;
  using bench = await openBase(
    { image: base, directory: folder },
    { cacheDirectory: cache, environment: env },
  );
  const dispatcher = await proxyDispatcher(env, 30_000);
  try {
    const sets = [{ wanted: [{ name: 'busybox-static' }], ifAvailable: [] }];
    const wanted = { kind: 'packages', title: 'busybox', folder: '/', sets, from: 'test' } as const;
    const options = { fetch: createFetch({ dispatcher }), cache: path.join(cache, 'files'), offline: false };
    const edits = await preload([wanted], bench.image, options);
    const [edit] = edits;
    if (edit?.kind !== 'write' || typeof edit.content !== 'object' || !('hostFile' in edit.content)) {
      throw new Error('the archive of the base has no busybox-static');
    }
    const unpacked = path.join(folder, 'busybox');
    await execa('dpkg-deb', ['-x', edit.content.hostFile, unpacked]);
    return path.join(unpacked, 'bin/busybox');
  } finally {
    await dispatcher.destroy();
  }
}
