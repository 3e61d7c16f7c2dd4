import type { OsFacts } from '../model/os.ts';
import { devicesTagged, type ImagerDevice, startingDevices } from './imager-devices.ts';
import { timeText } from './inventory.ts';
import type { Manifest } from './manifest.ts';

/** How Raspberry Pi Imager can set up an image for its user: the mechanism that the image understands. */
export type InitFormat = 'none' | 'systemd' | 'cloudinit' | 'cloudinit-rpi' | 'rpi-preseed';

/** What a publisher says of an image in the list. */
export interface ImagerOptions {
  /** Address of the folder that the files of the release are downloaded from. */
  readonly url: string;
  /** As the list shows it. @default the name of the image */
  readonly title?: string | undefined;
  /** @default system and base image */
  readonly description?: string | undefined;
  /** Address of a picture of 40 × 40 pixels. @default one that Imager brings along itself */
  readonly icon?: string | undefined;
  /** Address of a page about the image. */
  readonly website?: string | undefined;
  /** Tags of the boards that Imager offers it for. @default those that the image starts on */
  readonly devices?: readonly string[] | undefined;
}

export interface ImagerInputs extends ImagerOptions {
  readonly manifest: Manifest;
  readonly os: Pick<OsFacts, 'id' | 'prettyName' | 'release' | 'bootDir' | 'arch' | 'bootFiles'>;
  /** config.txt names a kernel. */
  readonly namesKernel: boolean;
  /** Names of the packages that are installed. */
  readonly packages: ReadonlySet<string>;
}

/** A list as Imager reads one. */
export interface ImagerList {
  /** Only for a list that is read by itself; one that is part of another has none. */
  readonly imager?: { readonly devices: readonly ImagerDevice[] };
  readonly os_list: readonly ImagerEntry[];
}

/** An entry of Imager's list, as its schema has it. */
export interface ImagerEntry {
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  readonly url: string;
  /** Bytes of the raw image. */
  readonly extract_size: number;
  readonly extract_sha256: string;
  /** Bytes of the file. */
  readonly image_download_size: number;
  readonly image_download_sha256: string;
  /** `2024-05-06` */
  readonly release_date: string;
  readonly init_format: InitFormat;
  /** Tags of the boards that it is offered for; without any, that depends on the board. */
  readonly devices?: readonly string[];
  readonly architecture?: 'armhf' | 'armv8';
  readonly website?: string;
}

const ownIcon = 'icons/use_custom.png';
/** What Imager can unpack while it writes, the smallest first. */
const readable = ['.img.xz', '.zip', '.img.gz', '.img.zst', '.img'];

/**
 * A list of one image, for `rpi-imager --repo` and to be merged into others (os-list-schema.json of rpi-imager); undefined when no
 * file of the release is one that Imager reads. Pure.
 */
export function imagerList(inputs: ImagerInputs): ImagerList | undefined {
  const { manifest, os, packages, url, title, description, icon, website } = inputs;
  const { image, outputs, base, tool, build } = manifest;
  const file = readable
    .map((ending) => outputs.find(({ name }) => name === `${image.name}${ending}`))
    .find((one) => one !== undefined);
  if (!file) return undefined;
  const devices = inputs.devices
    ? devicesTagged(inputs.devices)
    : startingDevices({ ...os, namesKernel: inputs.namesKernel });
  return {
    ...(devices && { imager: { devices: devices.choices } }),
    os_list: [
      {
        name: title ?? image.name,
        description: description ?? `${os.prettyName || os.id}: ${base.name}, edited with ${tool.name}`,
        icon: icon ?? ownIcon,
        url: new URL(encodeURIComponent(file.name), url.endsWith('/') ? url : `${url}/`).href,
        extract_size: image.size,
        extract_sha256: image.sha256,
        image_download_size: file.size,
        image_download_sha256: file.sha256,
        release_date: timeText(new Date(build.sourceDateEpoch * 1000)).slice(0, 10),
        init_format: initFormat(os, packages),
        ...(devices && { devices: devices.tags }),
        ...(os.arch !== 'other' && { architecture: os.arch === 'arm64' ? 'armv8' : 'armhf' }),
        ...(website !== undefined && { website }),
      },
    ],
  };
}

/**
 * `systemd` runs a firstrun.sh of Imager from the kernel command line, which it looks for in /boot: where the FAT
 * partition is at /boot/firmware, raspberrypi-sys-mods has to send it on. It came with Buster and knows Raspberry Pi OS only.
 */
export function initFormat(
  os: Pick<OsFacts, 'id' | 'release' | 'bootDir'>,
  packages: ReadonlySet<string>,
): InitFormat {
  if (packages.has('rpi-preseed')) return 'rpi-preseed';
  if (packages.has('cloud-init')) return packages.has('rpi-cloud-init-mods') ? 'cloudinit-rpi' : 'cloudinit';
  const isRaspberryPiOs = os.id === 'raspbian' || os.release !== undefined;
  const isFound = os.bootDir === '/boot' || packages.has('raspberrypi-sys-mods');
  return isRaspberryPiOs && isFound ? 'systemd' : 'none';
}
