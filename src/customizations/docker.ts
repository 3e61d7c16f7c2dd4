import { z } from 'zod';
import { change, type EditDraft, write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { OsFacts } from '../model/os.ts';
import type { Advice } from '../model/plan.ts';
import { needsCompose } from './compose-source.ts';
import { type Context, defineCustomization } from './customization.ts';
import { dockerAdvice } from './docker-advice.ts';
import { networkEdits } from './docker-network.ts';
import { dockerPreload } from './docker-preload.ts';
import { canHaveDocker, dockerSource, hasDocker } from './docker-source.ts';
import { dockerStep, staticUnit } from './docker-step.ts';

const schema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether Docker is installed at the first boot'),
    method: z
      .enum(['auto', 'apt', 'static', 'distro', 'offline'])
      .default('auto')
      .describe(
        "Where Docker comes from: apt is Docker's own archive, distro the distribution's docker.io, static Docker's binaries (see `static`); offline puts packages into the image, and the Pi needs no network for them",
      ),
    archive: z
      .enum(['docker', 'distro'])
      .optional()
      .describe(
        "For method offline: whose packages, Docker's own or the distribution's docker.io; default: Docker's where its archive has the release",
      ),
    version: z
      .string()
      .regex(/^\d{2}\.\d{1,2}(\.\d{1,2})?$/, 'write a version such as 26.1 or 26.1.4')
      .optional()
      .describe(
        "Version line or version from Docker's own archive; default: the newest, on Buster the last, 26.1",
      ),
    static: z
      .strictObject({
        version: z.string().regex(/^\d{2}\.\d{1,2}\.\d{1,2}$/, 'write a version such as 27.5.1'),
        sha256: z.string().regex(/^[0-9a-f]{64}$/i, 'a SHA-256 digest is 64 hexadecimal digits'),
        arch: z
          .enum(['armhf', 'armel', 'aarch64'])
          .optional()
          .describe(
            'As Docker names it: armhf is ARMv7, armel is ARMv6 (Pi Zero and 1); default: by the image',
          ),
      })
      .optional()
      .describe(
        'For method static: version and SHA-256 of https://download.docker.com/linux/static/stable/ARCH/docker-VERSION.tgz; Docker publishes no digests, so take your own of a copy you trust',
      ),
    users: z
      .array(z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'is not a user name'))
      .max(20)
      .optional()
      .describe(
        'Accounts that may use Docker without sudo, which makes them as good as root; default: the login account',
      ),
    'log-size': z
      .string()
      .regex(/^[1-9]\d{0,4}[kmg]$/, 'write a size such as 10m')
      .default('10m')
      .describe("Size at which a container's log starts anew, so that it cannot fill the card"),
    'log-files': z.int().min(1).max(100).default(3).describe("How many files of a container's log are kept"),
  })
  .refine((docker) => docker.method !== 'static' || docker.static, {
    error:
      'method static needs `static:` with version and sha256, since Docker publishes no digests to check against',
    path: ['static'],
  })
  .refine((docker) => docker.version === undefined || isFromDocker(docker), {
    error:
      "a version can be chosen only from Docker's own archive (method apt or offline); for method static it is in `static:`",
    path: ['version'],
  })
  .refine((docker) => docker.archive === undefined || docker.method === 'offline', {
    error: 'an archive can be chosen only for method offline',
    path: ['archive'],
  });

function isFromDocker({ method, archive }: { method: string; archive?: string | undefined }): boolean {
  return ['apt', 'auto'].includes(method) || (method === 'offline' && archive !== 'distro');
}

export type DockerSettings = z.output<typeof schema>;

/** Where daemon settings are; an image or a user that has the file knows better. */
const daemonSettings = '/etc/docker/daemon.json';

/**
 * Docker, installed at the first boot. What can be in the image is: log limits, the memory controller that a Pi's
 * kernel has off (https://github.com/raspberrypi/linux/issues/3387), the login account in the group when that is
 * there; with method `offline` its packages too. An image that has Docker gets these settings and no step.
 */
export const docker = defineCustomization({
  name: 'docker',
  summary: 'Docker, installed at the first boot',
  schema,
  whenUnset: (os) => (canHaveDocker(os) ? schema.parse({}) : undefined),
  contribute(settings, context) {
    if (!settings.enabled) return {};
    const { os } = context;
    if (!canHaveDocker(os)) {
      throw new PiImageError('plan.unsuitable', `Docker cannot be installed: ${why(os)}`, {
        help: 'leave Docker out with `--no-docker`, or `docker: { enabled: false }`',
      });
    }
    const users = accounts(settings, context);
    const source = hasDocker(os) ? undefined : dockerSource(settings, os, needsCompose(context));
    return {
      edits: [
        ...settingsEdits(settings, context, users),
        ...networkEdits(os),
        ...(source?.method === 'static' ? [staticUnit()] : []),
      ],
      firstBoot: source ? [dockerStep(source, users)] : [],
      preloads: source?.method === 'offline' ? [dockerPreload(source.packages)] : [],
      advice: [...(source ? dockerAdvice(source, os) : []), ...(users.length === 0 ? [noUser] : [])],
    };
  },
});

function why(os: OsFacts): string {
  return os.arch === 'other' ? 'the image is neither armhf nor arm64' : 'the image has no apt';
}

function settingsEdits(settings: DockerSettings, { os }: Context, users: readonly string[]): EditDraft[] {
  const limits = { 'max-size': settings['log-size'], 'max-file': String(settings['log-files']) };
  const daemon = { 'log-driver': 'json-file', 'log-opts': limits };
  const group = os.groups.some(({ name }) => name === 'docker');
  return [
    change(`${os.bootDir}/cmdline.txt`, {
      op: 'words',
      add: ['cgroup_enable=memory', 'cgroup_memory=1', 'swapaccount=1'],
    }),
    ...(os.present.includes(daemonSettings)
      ? []
      : [write(daemonSettings, `${JSON.stringify(daemon, undefined, 2)}\n`, { mode: 0o644 })]),
    ...(group && users.length > 0
      ? [change('/etc/group', { op: 'set-members', key: 'docker', add: users })]
      : []),
  ];
}

function accounts({ users }: DockerSettings, { os, login }: Context): readonly string[] {
  if (users === undefined) return login ? [login.name] : [];
  const renamed = os.firstUser && login && os.firstUser.name !== login.name ? os.firstUser.name : undefined;
  const known = [
    ...os.users.map(({ name }) => name).filter((name) => name !== renamed),
    ...(login ? [login.name] : []),
  ];
  const stranger = users.find((name) => !known.includes(name));
  if (stranger === undefined) return [...new Set(users)];
  const [likely] = nearest(stranger, known);
  throw new PiImageError('plan.unsuitable', `docker.users: the image has no account "${stranger}"`, {
    help: likely ? `did you mean "${likely}"?` : 'name accounts of the image, or leave `users` out',
  });
}

const noUser: Advice = {
  level: 'note',
  id: 'docker.no-user',
  message: 'the image has no login account yet, so nobody is put into the group docker',
  help: 'give `user:`, or name accounts under `docker.users`',
};
