import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { hostapdConfiguration } from './access-point.ts';
import { growToCard } from './card.ts';
import { piImage } from './pi-image.ts';
import type { Limits } from './until.ts';

/** What the image is built with, and so what has to be found on the running Pi. */
export const built = {
  hostname: 'kitchen',
  ssid: 'MyNet',
  passphrase: 'correct horse battery',
  user: 'pi',
  /** The user's own script adds a line to it each time it runs. */
  scriptTrace: '/var/lib/own-script-ran',
} as const;

export interface ImageRequest {
  readonly base: string;
  /** File to write. */
  readonly image: string;
  /** With the keys; what else goes into the image is put there. */
  readonly folder: string;
  readonly cache: string;
  readonly docker: boolean;
  readonly limits: Limits;
}

/** Makes keys in `folder`; returns the path of the private one. */
export async function makeKey(folder: string): Promise<string> {
  const key = path.join(folder, 'key');
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'boot-test', '-f', key]);
  return key;
}

/** Builds the image with the compiled program and gives it the size of a card. */
export async function buildBootImage(request: ImageRequest): Promise<void> {
  const { base, image, folder, cache, docker, limits } = request;
  const put = (name: string, text: string): void => fs.writeFileSync(path.join(folder, name), text);
  put('test-ap.conf', hostapdConfiguration([{ ssid: built.ssid, passphrase: built.passphrase }]));
  put('network-time.conf', networkTime);
  put('expand-rootfs', expandRootfs);
  put('own.sh', `#!/bin/sh\necho ran >>${built.scriptTrace}\n`);
  const options: readonly (readonly [string, ...string[]])[] = [
    ['--image', base],
    ['--output', image],
    ['--wifi', built.ssid],
    ['--wifi-country', 'GB'],
    ['--ssh-key', 'key.pub'],
    ['--hostname', built.hostname],
    // So that the guest expands what we have enlarged, as Raspbian does with a stock image.
    ['--grow', '256M'],
    ['--first-boot', 'own.sh'],
    ['--file', 'test-ap.conf:/boot/test-ap.conf'],
    ['--file', 'network-time.conf:/etc/tmpfiles.d/network-time.conf'],
    ['--file', 'expand-rootfs:/usr/lib/test-base/expand-rootfs:0755'],
    ...(docker
      ? ([
          ['--docker-method', 'distro'],
          ['--package', 'busybox-static'],
        ] as const)
      : ([['--no-docker']] as const)),
    ['--cache-dir', cache],
    ['--no-input'],
  ];
  const env = { PI_IMAGE_WIFI_PASSWORD: built.passphrase };
  await piImage(['build', ...options.flat()], { cwd: folder, env, limits });
  growToCard(image);
}

/**
 * QEMU's machine starts with the right time, but its network lets no time protocol through, so nothing in the guest
 * would ever say that the clock is set. This line for tmpfiles.d says it, as systemd-timesyncd does.
 */
export const networkTime = 'f /run/systemd/timesync/synchronized 0644 root root\n';

/**
 * In place of the base's own, which has the kernel read the partition table anew: on a busy machine the boot partition
 * is then away in the moment that systemd looks for it, and the boot ends in emergency mode.
 */
export const expandRootfs =
  '#!/bin/sh\nresize2fs "$(findmnt -no SOURCE /)" && systemctl disable expand-rootfs-once.service\n';
