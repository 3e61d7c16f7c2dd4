import { PiImageError } from '../model/errors.ts';
import { requireDocker } from './container-images.ts';
import type { Context } from './customization.ts';
import { type DockerChoice, dockerSource, hasDocker } from './docker-source.ts';

/** Whether Docker has to come with Compose. */
export function needsCompose({ settings }: Pick<Context, 'settings'>): boolean {
  const projects = settings['compose'];
  return Array.isArray(projects) && projects.length > 0;
}

/**
 * The Compose that the Pi will have, or an error where there is none: `plugin` is that of Docker, or the
 * distribution's since Debian 13; `old` is docker-compose before 1.27, which takes a file without `version:` for one of 2014.
 */
export function composeOf(context: Context): 'plugin' | 'docker-compose' | 'old' {
  requireDocker('compose projects', context);
  const { os, settings } = context;
  const fromDistribution = os.version >= 13 ? 'plugin' : os.version >= 12 ? 'docker-compose' : 'old';
  if (hasDocker(os)) {
    if (os.packages['docker-compose-plugin'] !== undefined) return 'plugin';
    if (os.packages['docker-compose'] !== undefined) return fromDistribution;
    throw without(
      'the Docker of this image has no Compose',
      'choose a base image without Docker, or install Compose in it',
    );
  }
  const choice = (settings['docker'] ?? { method: 'auto' }) as DockerChoice;
  const source = dockerSource(choice, os, true);
  if (source.method === 'static') {
    throw without("Docker's static binaries have no Compose with them", 'use another `docker.method`');
  }
  const { method } = source.method === 'offline' ? source.packages : source;
  return method === 'apt' ? 'plugin' : fromDistribution;
}

function without(message: string, help: string): PiImageError {
  return new PiImageError('plan.unsuitable', `compose projects need Compose: ${message}`, { help });
}
