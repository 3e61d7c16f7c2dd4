import { render } from '../content/templates.ts';
import { type EditDraft, write } from '../model/edit.ts';
import type { FirstBootStep } from '../model/first-boot.ts';
import { archiveKeyName } from '../model/preload.ts';
import { dockerFolder, dockerSets, fingerprint } from './docker-preload.ts';
import type { DockerSource } from './docker-source.ts';

const steps = 'rootfs/usr/lib/pi-image/steps';
const unit = '/etc/systemd/system/docker.service';

/** Installs Docker, makes sure that it answers, and lets the users at it. May be repeated from any point. */
export function dockerStep(source: DockerSource, users: readonly string[]): FirstBootStep {
  const ready = render(`${steps}/docker-ready`, {
    users,
    legacyIptables: source.buster,
    dockerVersionFormat: '{{.Server.Version}}',
  });
  return {
    name: 'docker',
    title: titles[source.method],
    order: 60,
    script: `${installation(source)}\n${ready}`,
    needs: source.method === 'offline' ? ['apt'] : ['network', 'clock', 'apt'],
    spaceMiB: source.method === 'apt' || source.method === 'offline' ? 700 : 500,
  };
}

/** The unit for static binaries, which bring none; without them it does not start. */
export function staticUnit(): EditDraft {
  return write(unit, render(`rootfs${unit}`, {}), { mode: 0o644 });
}

const titles: Readonly<Record<DockerSource['method'], string>> = {
  apt: "Install Docker from Docker's archive",
  distro: "Install Docker from the distribution's archive",
  static: "Install Docker's static binaries",
  offline: 'Install Docker from the packages in the image',
};

function installation(source: DockerSource): string {
  switch (source.method) {
    case 'static':
      return render(`${steps}/docker-static`, source);
    case 'offline':
      return render(`${steps}/docker-offline`, {
        folder: dockerFolder,
        key: archiveKeyName,
        wanted: dockerSets(source.packages).flatMap(({ wanted }) => wanted.map(({ name }) => name)),
        archive: dockerSets(source.packages)[0]?.archive,
      });
    case 'distro':
      return render(`${steps}/docker`, {
        ...{ apt: false, distro: true },
        needed: source.compose === 'needed' ? 'docker-compose' : '',
        compose: source.compose === 'if-available' ? 'docker-compose' : '',
      });
    case 'apt':
      return render(`${steps}/docker`, {
        ...source,
        ...{ apt: true, distro: source.orDistro, fingerprint, compose: '' },
        plugin: source.needsCompose ? 'docker-compose-plugin' : '',
        needed: source.needsCompose ? 'docker-compose' : '',
      });
  }
}
