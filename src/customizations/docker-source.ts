import { PiImageError } from '../model/errors.ts';
import type { OsFacts } from '../model/os.ts';
import type { DockerSettings } from './docker.ts';

/** Packages, from Docker's own archive or from that of the distribution. */
export type DockerPackages =
  | {
      readonly method: 'apt';
      /** As in https://download.docker.com/linux/<distribution>. */
      readonly distribution: 'raspbian' | 'debian';
      readonly codename: string;
      /** A version or the beginning of one; '' for the newest. */
      readonly version: string;
      /** Whether docker.io is taken when Docker's archive no longer has the release. */
      readonly orDistro: boolean;
      /** Whether Compose has to be there. */
      readonly needsCompose: boolean;
      readonly buster: boolean;
    }
  | {
      readonly method: 'distro';
      /** Before Debian 13 it is a program of old, in Python: only for those who need it. */
      readonly compose: 'no' | 'if-available' | 'needed';
      readonly buster: boolean;
    };

/** Where Docker comes from, decided. */
export type DockerSource =
  | DockerPackages
  | { readonly method: 'offline'; readonly packages: DockerPackages; readonly buster: boolean }
  | {
      readonly method: 'static';
      readonly version: string;
      readonly arch: 'armhf' | 'armel' | 'aarch64';
      readonly sha256: string;
      readonly buster: boolean;
    };

/** What the settings say about it. */
export type DockerChoice = Pick<DockerSettings, 'method' | 'archive' | 'version' | 'static'>;

/** Releases in Docker's archive; Raspbian's of trixie never was, and Debian's armhf does not run on an ARMv6 Pi. */
const released: Readonly<Record<string, readonly string[]>> = {
  raspbian: ['buster', 'bullseye', 'bookworm'],
  debian: ['buster', 'bullseye', 'bookworm', 'trixie'],
};

/** Last line built for a release that Docker has given up: docker-ce-packaging dropped Buster on 2024-06-18. */
const lastLine: Readonly<Record<string, string>> = { buster: '26.1' };

/**
 * `auto` is Docker's own archive wherever it has the release, else docker.io of the distribution. That holds for
 * Buster too: its archive is still there, frozen at 26.1, while Raspbian's own docker.io is 18.09; the version is
 * chosen from what the archive lists, never by an unpinned install script, which asks for a plugin that Buster
 * never had. When the archive is gone one day (404, not a network failure), docker.io is taken instead. Static
 * binaries would not depend on Buster's old libseccomp, but Docker publishes no digests of them, and what runs as
 * root is not fetched unchecked: they are taken only with a digest that the user gives.
 */
export function dockerSource(settings: DockerChoice, os: OsFacts, needsCompose = false): DockerSource {
  const buster = os.codename === 'buster';
  if (settings.method === 'static' && settings.static) {
    const arch = settings.static.arch ?? (os.arch === 'arm64' ? 'aarch64' : 'armhf');
    return {
      method: 'static',
      version: settings.static.version,
      arch,
      sha256: settings.static.sha256.toLowerCase(),
      buster,
    };
  }
  if (settings.method !== 'offline') return dockerPackages(settings, settings.method, os, needsCompose);
  const method = settings.archive === 'docker' ? 'apt' : (settings.archive ?? 'auto');
  return { method: 'offline', packages: dockerPackages(settings, method, os, needsCompose), buster };
}

function dockerPackages(
  { version }: DockerChoice,
  method: DockerChoice['method'],
  os: OsFacts,
  needsCompose: boolean,
): DockerPackages {
  const buster = os.codename === 'buster';
  const distribution = os.id === 'raspbian' || os.id === 'debian' ? os.id : undefined;
  const inArchive = distribution !== undefined && released[distribution]?.includes(os.codename);
  if (method === 'apt' && !inArchive) {
    throw new PiImageError(
      'plan.unsuitable',
      `Docker's own archive has no packages for ${os.prettyName || 'this image'}`,
      {
        help: 'use `--docker-method distro`, or `static` with a digest',
      },
    );
  }
  if (method === 'distro' || !inArchive || !distribution) {
    if (version !== undefined) {
      throw new PiImageError(
        'plan.unsuitable',
        `Docker ${version} cannot be had for ${os.prettyName || 'this image'}`,
        {
          help: "only Docker's own archive has a choice of versions, and it does not have this release: leave `version` out",
        },
      );
    }
    const compose = needsCompose ? 'needed' : os.version >= 13 ? 'if-available' : 'no';
    return { method: 'distro', compose, buster };
  }
  return {
    method: 'apt',
    distribution,
    codename: os.codename,
    version: version ?? lastLine[os.codename] ?? '',
    needsCompose,
    orDistro: method === 'auto' && version === undefined,
    buster,
  };
}

/** Docker that came with the image, by whatever way. */
export function hasDocker(os: OsFacts): boolean {
  return (
    os.packages['docker-ce'] !== undefined ||
    os.packages['docker.io'] !== undefined ||
    os.units['docker.service'] !== undefined
  );
}

/** Packages come by apt, and Docker is made for these two of a Pi's architectures. */
export function canHaveDocker(os: OsFacts): boolean {
  return os.arch !== 'other' && (hasDocker(os) || os.packages['apt'] !== undefined);
}
