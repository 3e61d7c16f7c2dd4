import type { Rule } from '../rule.ts';

/** 2.4.2 is the first that knows the calls with 64-bit time (https://github.com/moby/moby/issues/40734). */
const [major, minor, patch] = [2, 4, 2] as const;

export const dockerLibseccomp: Rule = {
  id: 'docker-libseccomp',
  level: 'note',
  summary: 'Docker with a libseccomp that is too old for newer containers',
  why: 'On 32-bit Buster, containers made of Ubuntu 20.04, Alpine 3.13, Debian 12 or newer see a wrong time and fail in odd ways.',
  fix: 'run those with `--security-opt seccomp=unconfined`, or use the static Docker (docker.static), which has its own',
  check: ({ os }) => {
    const version = os.packages['libseccomp2'];
    const isPackaged = ['docker-ce', 'docker.io', 'containerd.io'].some((name) => name in os.packages);
    return os.arch === 'armhf' && isPackaged && version !== undefined && isOlder(version)
      ? [{ path: '/var/lib/dpkg/status', message: `libseccomp2 ${version} does not know 64-bit time` }]
      : [];
  },
};

function isOlder(version: string): boolean {
  const [a = 0, b = 0, c = 0] = (/^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  if (a !== major) return a < major;
  return b !== minor ? b < minor : c < patch;
}
