import fs from 'node:fs';
import path from 'node:path';
import { expandRootfs } from './boot-image.ts';
import { growToCard } from './card.ts';
import { piImage } from './pi-image.ts';
import { compose } from './shop.ts';
import type { Registry } from './tiny-images.ts';
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

/** In QEMU's isolated network, and none that its DHCP would give. */
export const offlineAddress = '10.0.9.77';

/** Builds an image with the compiled program that has all of Docker in it, and gives it the size of a card. */
export async function buildOfflineImage(
  { base, image, folder, cache, limits }: OfflineImageRequest,
  { host }: Registry,
): Promise<void> {
  const put = (name: string, text: string): void => fs.writeFileSync(path.join(folder, name), text);
  put('expand-rootfs', expandRootfs);
  put('compose.yaml', compose(host));
  const settings = {
    ...{ image: base, hostname: 'kitchen', output: image },
    network: { eth0: { address: `${offlineAddress}/24` } },
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
