import type { OsFacts } from '../model/os.ts';
import type { Advice } from '../model/plan.ts';
import type { DockerSource } from './docker-source.ts';

/** What the user of this Docker on this image had better know. */
export function dockerAdvice(source: DockerSource, os: OsFacts): readonly Advice[] {
  const is32 = os.arch === 'armhf';
  return [
    ...(is32 && source.buster && source.method !== 'static' ? [time64] : []),
    ...(is32 && os.id === 'raspbian' && source.method !== 'static' ? [armv6] : []),
    ...(source.method === 'static' && source.arch === 'armhf' && os.id === 'raspbian' ? [staticArmv7] : []),
  ];
}

/** Buster's libseccomp 2.3.3 does not know the time calls of newer C libraries (https://github.com/moby/moby/issues/40734). */
const time64: Advice = {
  level: 'note',
  id: 'docker.time64',
  message:
    'on 32-bit Buster, containers made of Ubuntu 20.04, Alpine 3.13, Debian 12 or newer may see a wrong time and fail in odd ways',
  help: 'run those with `--security-opt seccomp=unconfined`, use older ones, or give `docker.static` (its runc has a libseccomp of its own)',
};

/** https://github.com/moby/moby/issues/47539 and the like. */
const armv6: Advice = {
  level: 'note',
  id: 'docker.armv6',
  message:
    'on a Pi Zero or Pi 1 (ARMv6) Docker is best effort: some releases and most container images do not run there',
};

const staticArmv7: Advice = {
  level: 'note',
  id: 'docker.static-armv7',
  message:
    "Docker's static armhf binaries need a Pi 2 or newer; for a Pi Zero or Pi 1 give `docker.static.arch: armel`",
};
