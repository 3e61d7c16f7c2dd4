import {
  type PackageArchive,
  type PackageSet,
  type PackagesPreload,
  preloadFolder,
} from '../model/preload.ts';
import type { DockerPackages } from './docker-source.ts';

/** "Docker Release (CE deb)", the key of all package archives on download.docker.com. */
export const fingerprint = '9DC858229FC7DD38854AE2D88D81803C0EBFCD88';
export const dockerFolder = `${preloadFolder}/docker`;

/** Docker's packages with all that the image lacks of what they need. */
export function dockerPreload(packages: DockerPackages): PackagesPreload {
  return { kind: 'packages', title: 'Docker', folder: dockerFolder, sets: dockerSets(packages) };
}

/** What is installed, and what instead when Docker's archive no longer has the release. */
export function dockerSets(packages: DockerPackages): readonly PackageSet[] {
  if (packages.method === 'distro') return [distroSet(packages.compose)];
  const instead = packages.orDistro ? [distroSet(packages.needsCompose ? 'needed' : 'no')] : [];
  return [dockerSet(packages), ...instead];
}

/** dockerd needs AppArmor's parser where the kernel has AppArmor on, which no file of an image tells. */
const parser = 'apparmor';

/** Compose and Buildx are plugins that not every release has. The two of Docker's must be of one version. */
function dockerSet({
  version,
  needsCompose,
  ...place
}: Extract<DockerPackages, { method: 'apt' }>): PackageSet {
  const pinned = version === '' ? {} : { version: `5:${version}` };
  return {
    wanted: [
      { name: 'docker-ce', ...pinned },
      { name: 'docker-ce-cli', ...pinned },
      { name: 'containerd.io' },
      { name: 'ca-certificates' },
      ...(needsCompose ? [{ name: 'docker-compose-plugin' }] : []),
    ],
    ifAvailable: ['docker-buildx-plugin', 'docker-compose-plugin', parser],
    archive: dockerArchive(place),
  };
}

function distroSet(compose: Extract<DockerPackages, { method: 'distro' }>['compose']): PackageSet {
  const needed = compose === 'needed' ? [{ name: 'docker-compose' }] : [];
  return {
    wanted: [{ name: 'docker.io' }, { name: 'ca-certificates' }, ...needed],
    ifAvailable: ['docker-cli', ...(compose === 'if-available' ? ['docker-compose'] : []), parser],
  };
}

function dockerArchive({
  distribution,
  codename,
}: {
  readonly distribution: string;
  readonly codename: string;
}): PackageArchive {
  const uri = `https://download.docker.com/linux/${distribution}`;
  return { uri, suite: codename, components: ['stable'], keyUrl: `${uri}/gpg`, fingerprint };
}
