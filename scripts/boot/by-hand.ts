import fs from 'node:fs';
import path from 'node:path';
import { expandRootfs } from './boot-image.ts';
import { growToCard } from './card.ts';
import type { Guest } from './guest.ts';
import type { OfflineImageRequest } from './offline-image.ts';
import { piImage } from './pi-image.ts';
import { compose } from './shop.ts';
import type { Registry } from './tiny-images.ts';

/** The registry of this machine, as a guest with a way out reaches it. */
const hostOf = ({ port }: Registry): string => `10.0.2.2:${port}`;

/** The base with an ssh key and nothing else, as somebody has it who puts `ssh` on the card and does the rest by hand. */
export async function buildPlainImage(
  { base, image, folder, cache, limits }: OfflineImageRequest,
  registry: Registry,
): Promise<void> {
  // Away from the configuration of another image, which a build would find.
  const own = path.join(folder, 'plain');
  fs.mkdirSync(own);
  const put = (name: string, text: string): void => fs.writeFileSync(path.join(own, name), text);
  put('expand-rootfs', expandRootfs);
  // What a registry on the internet would not need.
  put('daemon.json', JSON.stringify({ 'insecure-registries': [hostOf(registry)] }));
  const options: readonly (readonly [string, ...string[]])[] = [
    ['--image', base],
    ['--output', image],
    ['--hostname', 'kitchen'],
    ['--ssh-key', path.join(folder, 'key.pub')],
    ['--no-docker'],
    ['--file', 'expand-rootfs:/usr/lib/test-base/expand-rootfs:0755'],
    ['--file', 'daemon.json:/etc/docker/daemon.json'],
    ['--cache-dir', cache],
    ['--no-input'],
  ];
  await piImage(['build', ...options.flat()], { cwd: own, limits });
  growToCard(image);
}

/** What a person types after the first login, without the time that reading and typing take. */
export async function installDockerByHand(guest: Guest): Promise<void> {
  await guest.run('sudo apt-get -q update', { within: 900 });
  await guest.run('sudo DEBIAN_FRONTEND=noninteractive apt-get -q -y install docker.io docker-compose', {
    within: 1800,
  });
  await guest.run('sudo usermod -aG docker pi');
}

export async function startContainersByHand(guest: Guest, registry: Registry): Promise<void> {
  const host = hostOf(registry);
  await guest.run('mkdir -p shop && cat >shop/compose.yaml', { input: compose(host) });
  await guest.run('cd shop && docker-compose -f compose.yaml up -d', { within: 900 });
  await guest.run(`docker run -d --name kiosk --restart unless-stopped -p 8080:80 ${host}/web:1`, {
    within: 300,
  });
}
