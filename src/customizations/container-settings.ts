import { z } from 'zod';
import { platforms } from '../model/container-platform.ts';
import { parseReference, type Reference } from '../model/container-reference.ts';
import { PiImageError } from '../model/errors.ts';
import { line, secret } from './atoms.ts';

/** The name of an image as `docker pull` takes it. */
const reference = z.string().transform((text, context): Reference => {
  try {
    return parseReference(text);
  } catch (error) {
    if (!PiImageError.is(error)) throw error;
    context.addIssue({ code: 'custom', message: `${error.message}; ${error.help}` });
    return z.NEVER;
  }
});

export const platform = z
  .enum(Object.keys(platforms) as [keyof typeof platforms])
  .optional()
  .describe(
    'What the image is made for; default: what every board of the base image runs, such as linux/arm/v6',
  );

const port = z
  .string()
  .regex(
    /^(?:\d{1,3}(?:\.\d{1,3}){3}:)?\d{1,5}(?:-\d{1,5})?:\d{1,5}(?:-\d{1,5})?(?:\/(?:tcp|udp))?$/,
    'write a port as "8080:80", "53:53/udp" or "127.0.0.1:8080:80"',
  );

export const container = z.strictObject({
  image: reference.describe(
    'As for `docker pull`: nginx, ghcr.io/owner/name:tag, or with a digest behind an @',
  ),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a name has small letters, digits and hyphens')
    .optional()
    .describe('Name of the container; default: the last part of that of its image'),
  platform,
  ports: z.array(port).max(100).default([]).describe('As "port of the Pi:port of the container"'),
  volumes: z
    .array(
      line.regex(
        /^(?:\/[^:,]*|[A-Za-z0-9][\w.-]*):\/[^:,]*(?::[a-zA-Z,]+)?$/,
        'write a volume as "/srv/data:/data" or "name:/data:ro"',
      ),
    )
    .max(100)
    .default([])
    .describe('As "folder of the Pi or name:folder of the container"'),
  devices: z
    .array(
      line.regex(
        /^\/dev\/[^:]+(?::\/dev\/[^:]+)?(?::[rwm]{1,3})?$/,
        'write a device as "/dev/ttyUSB0" or "/dev/gpiomem:/dev/gpiomem:rw"',
      ),
    )
    .max(100)
    .default([])
    .describe('Devices of the Pi that the container may use'),
  environment: z
    .record(z.string().regex(/^[A-Za-z_]\w{0,127}$/, 'is not the name of a variable'), secret)
    .default({})
    .describe('Variables and their values, which nobody can see in the list of processes'),
  network: z.enum(['bridge', 'host', 'none']).default('bridge').describe('host: that of the Pi itself'),
  command: z.array(line).max(100).default([]).describe('Words to run instead of what the image runs'),
  restart: z
    .enum(['no', 'on-failure', 'always', 'unless-stopped'])
    .default('unless-stopped')
    .describe('When Docker starts it again, at a start of the Pi too'),
});

export type ContainerSettings = z.output<typeof container>;

/** Without the host and the folders in front, and with no character that a name may not have. */
export function containerName({ name, image }: ContainerSettings): string {
  const last = image.repository.slice(image.repository.lastIndexOf('/') + 1);
  return name ?? last.replace(/[^a-z0-9]+/g, '-');
}
