import { PiImageError } from './errors.ts';

/** Where a container image is: `docker.io/library/nginx:1.27` in its parts. */
export interface Reference {
  /** Host and perhaps port: `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/nginx` */
  readonly repository: string;
  /** Absent when only a digest was given. */
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const host = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\]`;
const form = new RegExp(
  `^(?:((?:${host})(?::[0-9]{1,5})?)/)?(${component}(?:/${component})*)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

/** As Docker reads it (github.com/distribution/reference): no host is Docker Hub, no tag and no digest is `latest`. */
export function parseReference(text: string): Reference {
  const whole = text.length <= 512 ? withHost(text) : '';
  const [, registry, path = '', tag, digest] = form.exec(whole) ?? [];
  if (registry === undefined || path.length > 255) {
    throw new PiImageError(
      'spec.invalid',
      `${JSON.stringify(text.slice(0, 100))} is no name of a container image`,
      {
        help: 'write it as for `docker pull`: nginx, nginx:1.27, ghcr.io/owner/name:tag, or with a digest behind an @',
      },
    );
  }
  const hub = registry === 'docker.io';
  return {
    registry,
    repository: hub && !path.includes('/') ? `library/${path}` : path,
    ...(tag !== undefined && { tag }),
    ...(tag === undefined && digest === undefined && { tag: 'latest' }),
    ...(digest !== undefined && { digest }),
  };
}

/** What stands before the first slash is a host only if it cannot be the name of a user. */
function withHost(text: string): string {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  if (slash < 0 || !(/[.:A-Z]/.test(first) || first === 'localhost')) return `docker.io/${text}`;
  return first === 'index.docker.io' ? `docker.io${text.slice(slash)}` : text;
}

/** The whole name, as containerd has it: `docker.io/library/nginx:1.27`. */
export function fullName(reference: Reference): string {
  return `${reference.registry}/${reference.repository}:${loadedTag(reference)}`;
}

/**
 * The name that Docker knows the image by after `docker load`: `nginx:1.27`. Docker keeps no digests of what it
 * loaded, so an image that is named by its digest gets a tag made of that.
 */
export function loadedName(reference: Reference): string {
  const { registry, repository } = reference;
  const hub = registry === 'docker.io';
  const name = hub ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
  return `${name}:${loadedTag(reference)}`;
}

function loadedTag({ tag, digest }: Reference): string {
  return tag ?? `sha256-${digest?.slice('sha256:'.length, 'sha256:'.length + 16)}`;
}

/** For messages: as Docker writes it. */
export function referenceText(reference: Reference): string {
  const { digest, tag } = reference;
  const name = loadedName(reference).replace(/:[^:/]+$/, '');
  return `${name}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}
