import { z } from 'zod';
import { PiImageError } from '../model/errors.ts';
import { isLoopback } from '../transfer/address.ts';
import { get, type LocatedResponse, readBody, statusError } from '../transfer/get.ts';
import type { Fetch } from '../transfer/http.ts';
import { type Retries, retry } from '../transfer/retry.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import type { Credentials, FindCredentials } from './credentials.ts';
import { acceptedTypes } from './manifest.ts';

const largestManifest = 4 * 1024 * 1024;
const largestToken = 256 * 1024;
const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/**
 * Reads from one container registry (OCI distribution-spec 1.1), with the token scheme of Docker's registries
 * (https://distribution.github.io/distribution/spec/auth/token/). Public images need no credentials, so nobody is
 * asked for any before a registry wants them.
 */
export class Registry {
  readonly #fetch: Fetch;
  readonly #name: string;
  readonly #retries: Retries;
  readonly #findCredentials: FindCredentials;
  /** Repository → value of the Authorization header. */
  readonly #authorization = new Map<string, string>();

  constructor(fetch: Fetch, name: string, findCredentials: FindCredentials, retries: Retries) {
    this.#fetch = fetch;
    this.#retries = retries;
    this.#name = name;
    this.#findCredentials = findCredentials;
  }

  /** Manifest or index by tag or digest; the digest is not checked here. */
  manifest(repository: string, reference: string): Promise<Buffer> {
    const url = this.#url(repository, 'manifests', reference);
    return retry(this.#retries, url, async () => {
      const response = await this.#get(repository, url, { accept: acceptedTypes.join(', ') });
      if (response.status === 200) return readBody(url, response, largestManifest);
      response.close();
      throw this.#refusal(response.status, url, repository, reference);
    });
  }

  blobUrl(repository: string, digest: string): string {
    return this.#url(repository, 'blobs', digest);
  }

  /** Asks for a blob; `headers` may ask for a part of it. */
  blob(
    repository: string,
    digest: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<LocatedResponse> {
    return this.#get(repository, this.blobUrl(repository, digest), headers);
  }

  #url(repository: string, kind: 'manifests' | 'blobs', reference: string): string {
    const host = this.#name === 'docker.io' ? 'registry-1.docker.io' : this.#name;
    const scheme = isLoopback(host.replace(/:\d+$/, '')) ? 'http' : 'https';
    return `${scheme}://${host}/v2/${repository}/${kind}/${reference}`;
  }

  async #get(
    repository: string,
    url: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<LocatedResponse> {
    const known = this.#authorization.get(repository);
    const response = await get(this.#fetch, url, { ...headers, ...(known && { authorization: known }) });
    // Whoever a redirect leads to has no business with our credentials.
    if (response.status !== 401 || new URL(response.url).origin !== new URL(url).origin) return response;
    response.close();
    const challenge = parseChallenge(response.headers['www-authenticate'] ?? '');
    if (!challenge) throw this.#denied(repository, 'and does not say how to log in');
    const authorization = await this.#authorize(challenge, repository);
    this.#authorization.set(repository, authorization);
    const again = await get(this.#fetch, url, { ...headers, authorization });
    if (again.status !== 401) return again;
    again.close();
    throw this.#denied(repository, 'for all that it was given');
  }

  async #authorize(challenge: Challenge, repository: string): Promise<string> {
    const credentials = await this.#findCredentials(this.#name);
    if (challenge.scheme === 'bearer')
      return `Bearer ${await this.#token(challenge, repository, credentials)}`;
    if (credentials?.kind !== 'password') throw this.#denied(repository, 'without a password');
    return basic(credentials);
  }

  async #token(
    { realm, service }: Extract<Challenge, { scheme: 'bearer' }>,
    repository: string,
    credentials: Credentials | undefined,
  ): Promise<string> {
    const url = this.#tokenServer(realm);
    // Only what we need, whatever the registry would like us to ask for.
    const scope = `repository:${repository}:pull`;
    const response =
      credentials?.kind === 'identity-token'
        ? await this.#fetch(url.href, {
            form: {
              grant_type: 'refresh_token',
              service,
              scope,
              client_id: 'pi-image',
              refresh_token: credentials.token,
            },
          })
        : await get(this.#fetch, withQuery(url, { service, scope }), {
            ...(credentials && { authorization: basic(credentials) }),
          });
    if (response.status === 401 || response.status === 403) {
      response.close();
      throw this.#denied(
        repository,
        credentials ? 'with the credentials of docker login' : 'without a login',
      );
    }
    if (response.status !== 200) {
      response.close();
      throw statusError(`${url.origin}${url.pathname}`, response.status);
    }
    const bytes = await readBody(url.origin, response, largestToken);
    const { data } = tokenAnswer.safeParse(jsonOr(bytes.toString('utf8')));
    const token = data?.token ?? data?.access_token ?? '';
    if (/^[\x21-\x7e]+$/.test(token)) return token;
    throw new PiImageError('source.http', `${url.host} gives no token for ${this.#name}/${repository}`);
  }

  #tokenServer(realm: string): URL {
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url;
    throw new PiImageError(
      'source.insecure',
      `the registry ${this.#name} wants passwords to be sent to ${JSON.stringify(realm.slice(0, 100))}, which is not HTTPS`,
    );
  }

  #refusal(status: number, url: string, repository: string, reference: string): PiImageError {
    if (status === 404) {
      return new PiImageError(
        'source.not-found',
        `there is no image ${this.#name}/${repository} with ${reference}`,
        {
          help: 'check the name and the tag',
        },
      );
    }
    if (status === 403) return this.#denied(repository, 'with the rights it has');
    if (status === 429) {
      return new PiImageError('source.http', `${this.#name} allows no more downloads for now (HTTP 429)`, {
        help: 'log in with `docker login`, which raises the limit, or wait some hours',
      });
    }
    return statusError(url, status);
  }

  #denied(repository: string, how: string): PiImageError {
    return new PiImageError(
      'source.http',
      `the registry ${this.#name} does not give out ${repository} ${how}`,
      {
        help: `if the name is right, the image is private: run \`docker login${this.#name === 'docker.io' ? '' : ` ${this.#name}`}\``,
      },
    );
  }
}

function basic(credentials: Extract<Credentials, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}

function withQuery(url: URL, query: Readonly<Record<string, string>>): string {
  const whole = new URL(url);
  for (const [name, value] of Object.entries(query)) if (value !== '') whole.searchParams.set(name, value);
  return whole.href;
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
