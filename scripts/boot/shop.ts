import path from 'node:path';
import { execa } from 'execa';
import { openBase } from '../../src/build/open-base.ts';
import { preload } from '../../src/preload/preload.ts';
import { createFetch } from '../../src/transfer/http.ts';
import { proxyDispatcher } from '../../src/transfer/proxies.ts';
import type { Guest } from './guest.ts';
import { type Registry, serveImages } from './tiny-images.ts';
import { type Limits, until } from './until.ts';

/** What the shop is made with. */
export interface ShopRequest {
  readonly base: string;
  readonly folder: string;
  readonly cache: string;
}

/** The project and the container that have to run on the guest in the end. */
export const running = ['kiosk', 'shop_visitor_1', 'shop_web_1'] as const;
export const greeting = 'hello from the shop';

/** Two images: a web server, and somebody who visits one by the name that the project gives it. */
export async function serveShop(request: ShopRequest): Promise<Registry> {
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

/** The project, with its images at a registry. JSON is YAML; the docker-compose of the base wants to be told the version. */
export function compose(host: string): string {
  const service = (name: string) => ({ image: `${host}/${name}:1`, restart: 'unless-stopped' });
  return JSON.stringify({ version: '3.7', services: { web: service('web'), visitor: service('visitor') } });
}

/** A static busybox for the guest, from the archive that the base names, by the same way as Docker. */
async function busyboxFor({ base, folder, cache }: ShopRequest): Promise<string> {
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

/** Waits until the project and the container run. */
export async function shopRuns(guest: Guest, limits: Limits): Promise<void> {
  const list = "sudo docker ps --filter status=running --format '{{.Names}}' | sort";
  const wanted = running.join('\n');
  await until('running containers', { within: 1200, every: 2 }, limits, async () =>
    (await guest.run(list)).trim() === wanted ? true : undefined,
  );
}

/** What the port of the Pi says that leads to the container. */
export function served(guest: Guest): Promise<string> {
  return guest.run(
    `bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3'`,
  );
}
