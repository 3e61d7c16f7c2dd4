import { execa } from 'execa';
import { z } from 'zod';
import { PiImageError } from '../model/errors.ts';

/** How to show a registry who asks: a name and password, or a refresh token that `docker login` was given. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string };

export type FindCredentials = (registry: string) => Promise<Credentials | undefined>;

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const dockerConfig = z.object({
  auths: z.record(z.string(), entry).optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});

export interface HelperAnswer {
  /** `missing` when there is no such program. */
  readonly outcome: 'answered' | 'failed' | 'missing';
  readonly output: string;
}
/** Asks the program `docker-credential-NAME` for the credentials of a server. */
export type AskHelper = (name: string, server: string) => Promise<HelperAnswer>;

/**
 * Finds credentials in docker's own config.json, given as text. Those that docker put into a keychain are asked for
 * by docker's helper programs, because on macOS and Windows that is where `docker login` puts them.
 */
export function dockerCredentials(text: string, askHelper: AskHelper = runHelper): FindCredentials {
  const { auths = {}, credsStore, credHelpers = {} } = parseConfig(text);
  return async (registry) => {
    const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
    const helper = credHelpers[server] ?? credHelpers[registry] ?? credsStore;
    const kept = helper ? await fromHelper(askHelper, helper, server) : undefined;
    if (kept) return kept;
    const key = Object.keys(auths).find((one) => hostOf(one) === hostOf(server));
    return key === undefined ? undefined : fromEntry(auths[key] ?? {});
  };
}

function parseConfig(text: string): z.output<typeof dockerConfig> {
  try {
    return dockerConfig.parse(JSON.parse(text));
  } catch {
    // The cause is left out, since it may quote what is secret.
    throw new PiImageError('spec.secret', "docker's config.json cannot be read", {
      help: 'run `docker login` again, or move the file away if all images are public',
    });
  }
}

/** Older dockers wrote whole addresses: `https://ghcr.io/v2/`. */
function hostOf(server: string): string {
  const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

function fromEntry({
  auth,
  username,
  password,
  identitytoken,
}: z.output<typeof entry>): Credentials | undefined {
  if (identitytoken) return { kind: 'identity-token', token: identitytoken };
  if (username !== undefined && password !== undefined) return { kind: 'password', username, password };
  const decoded = Buffer.from(auth ?? '', 'base64')
    .toString('utf8')
    .replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 1) return undefined;
  return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

const secret = z.object({ Username: z.string(), Secret: z.string() });

async function fromHelper(ask: AskHelper, helper: string, server: string): Promise<Credentials | undefined> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(helper)) {
    throw new PiImageError(
      'spec.secret',
      "docker's config.json names a credential helper that is no program",
    );
  }
  const { outcome, output } = await ask(helper, server);
  // A machine that never logged in has the setting all the same, and public images need nothing.
  if (outcome === 'missing' || /credentials not found/i.test(output)) return undefined;
  const { data } = secret.safeParse(outcome === 'answered' ? jsonOr(output) : undefined);
  if (!data) {
    throw new PiImageError(
      'spec.secret',
      `docker-credential-${helper} does not give the password for ${server}`,
      {
        help: 'unlock the keychain, or run `docker login` again',
      },
    );
  }
  if (data.Username === '<token>') return { kind: 'identity-token', token: data.Secret };
  return { kind: 'password', username: data.Username, password: data.Secret };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function runHelper(name: string, server: string): Promise<HelperAnswer> {
  const program = `docker-credential-${name}`;
  const result = await execa(program, ['get'], {
    input: server,
    reject: false,
    timeout: 60_000,
    maxBuffer: 65_536,
  });
  if (result.exitCode === undefined && result.code === 'ENOENT') return { outcome: 'missing', output: '' };
  return { outcome: result.failed ? 'failed' : 'answered', output: result.stdout };
}
