import type { OsFacts } from '../model/os.ts';
import { timeText } from './inventory.ts';
import type { Manifest } from './manifest.ts';

/** How Raspberry Pi Imager can set up an image for its user: the mechanism that the image understands. */
export type InitFormat = 'none' | 'systemd' | 'cloudinit' | 'cloudinit-rpi' | 'rpi-preseed';

export interface ImagerInputs {
  readonly manifest: Manifest;
  readonly os: Pick<OsFacts, 'id' | 'prettyName' | 'release' | 'bootDir'>;
  /** Names of the packages that are installed. */
  readonly packages: ReadonlySet<string>;
  /** Address of the folder that the files of the release are downloaded from. */
  readonly url: string;
  /** As the list shows it. @default the name of the image */
  readonly title?: string | undefined;
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
}

/** One that Imager brings along itself. */
const icon = 'icons/use_custom.png';
/** What Imager can unpack while it writes, the smallest first. */
const readable = ['.img.xz', '.zip', '.img.gz', '.img'];

/**
 * A list of one image, for `rpi-imager --repo` and to be merged into others (os-list-schema.json of rpi-imager); undefined when no
 * file of the release is one that Imager reads. Pure.
 */
export function imagerList(inputs: ImagerInputs): { readonly os_list: readonly ImagerEntry[] } | undefined {
  const { manifest, os, packages, url, title } = inputs;
  const { image, outputs, base, tool, build } = manifest;
  const file = readable
    .map((ending) => outputs.find(({ name }) => name === `${image.name}${ending}`))
    .find((one) => one !== undefined);
  if (!file) return undefined;
  return {
    os_list: [
      {
        name: title ?? image.name,
        description: `${os.prettyName || os.id}: ${base.name}, edited with ${tool.name}`,
        icon,
        url: new URL(encodeURIComponent(file.name), url.endsWith('/') ? url : `${url}/`).href,
        extract_size: image.size,
        extract_sha256: image.sha256,
        image_download_size: file.size,
        image_download_sha256: file.sha256,
        release_date: timeText(new Date(build.sourceDateEpoch * 1000)).slice(0, 10),
        init_format: initFormat(os, packages),
      },
    ],
  };
}

/**
 * `systemd` runs a firstrun.sh of Imager from the kernel command line, which it looks for in /boot: where the FAT
 * partition is at /boot/firmware, raspberrypi-sys-mods has to send it on. It came with Buster and knows Raspberry Pi OS only.
 */
export function initFormat(os: ImagerInputs['os'], packages: ReadonlySet<string>): InitFormat {
  if (packages.has('rpi-preseed')) return 'rpi-preseed';
  if (packages.has('cloud-init')) return packages.has('rpi-cloud-init-mods') ? 'cloudinit-rpi' : 'cloudinit';
  const isRaspberryPiOs = os.id === 'raspbian' || os.release !== undefined;
  const isFound = os.bootDir === '/boot' || packages.has('raspberrypi-sys-mods');
  return isRaspberryPiOs && isFound ? 'systemd' : 'none';
}
