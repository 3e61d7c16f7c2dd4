import { render } from '../content/templates.ts';
import { type Platform, type PlatformName, platforms } from '../model/container-platform.ts';
import { PiImageError } from '../model/errors.ts';
import type { FirstBootStep } from '../model/first-boot.ts';
import type { OsFacts } from '../model/os.ts';
import { imageNamesName, imagesFolder } from '../model/preload.ts';
import type { Context } from './customization.ts';
import type { DockerSettings } from './docker.ts';
import { canHaveDocker, hasDocker } from './docker-source.ts';

/**
 * What the images have to be made for. Raspbian runs on an ARMv6 Pi too (Zero, 1), where a program for ARMv7 dies with
 * "Illegal instruction"; Debian's armhf never does. Who knows his board says so.
 */
export function containerPlatform(os: OsFacts, asked: PlatformName | undefined): Platform {
  const own = os.arch === 'arm64' ? 'linux/arm64' : os.id === 'raspbian' ? 'linux/arm/v6' : 'linux/arm/v7';
  if (asked === undefined) return platforms[own];
  if (platforms[asked].architecture === platforms[own].architecture) return platforms[asked];
  throw new PiImageError('plan.unsuitable', `containers for ${asked} do not run on this ${os.arch} image`, {
    help: `leave \`platform\` out; it is ${own} then`,
  });
}

/** One step for all images, whatever asked for them; the same for all who do. */
export function loadStep(): FirstBootStep {
  return {
    name: 'load-images',
    title: 'Load the container images in the image',
    order: 70,
    script: render('rootfs/usr/lib/pi-image/steps/container-images', {
      folder: imagesFolder,
      names: imageNamesName,
    }),
    needs: [],
    // Asked for so that the root has grown before; how much they need they know themselves.
    spaceMiB: 100,
  };
}

/** `what` is what cannot be without Docker, for messages. */
export function requireDocker(what: string, { os, settings }: Context): void {
  const { enabled = true } = (settings['docker'] ?? {}) as Partial<DockerSettings>;
  if (hasDocker(os) || (enabled && canHaveDocker(os))) return;
  throw new PiImageError('plan.unsuitable', `${what} need Docker, which this image will not have`, {
    help: enabled ? 'choose another base image' : 'leave out `--no-docker`, or `docker: { enabled: false }`',
  });
}
