import type { Dispatcher } from 'undici';
import { networkError } from './network-error.ts';
import { Response } from './response.ts';

export interface HttpResponse {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * As sent, no content encoding undone. Gives out all that arrived before it throws `source.unreachable` because the
   * connection was cut; leaving the loop closes it.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** For those who do not read the body. */
  close(): void;
}

export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of a form; with it the request is a POST, without it a GET. */
  readonly form?: Readonly<Record<string, string>>;
}

/** One request, one answer: neither redirects nor retries. Throws `source.unreachable` when there is none. */
export type Fetch = (url: string, request?: HttpRequest) => Promise<HttpResponse>;

export interface HttpOptions {
  /** Holds connections, proxies and certificates. */
  readonly dispatcher?: Dispatcher;
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte after which a server counts as dead. @default 60000 */
  readonly idleTimeout?: number;
}

/**
 * undici is used below the level of its fetch, because that unpacks what a server marks as `Content-Encoding: gzip`, as
 * many do with .gz files, and what was promised is the digest of the packed bytes.
 */
export function createFetch({ dispatcher, signal, idleTimeout = 60_000 }: HttpOptions = {}): Fetch {
  let agent = dispatcher;
  return async (url, request = {}) => {
    signal?.throwIfAborted();
    // Node's own global one is of another undici, whose handlers are of another kind.
    agent ??= new (await import('undici')).Agent();
    const response = new Response();
    const abort = (): void => response.abort(new Error('not wanted any more'));
    signal?.addEventListener('abort', abort, { once: true });
    const close = (): void => {
      signal?.removeEventListener('abort', abort);
      abort();
    };
    const inTime = async <T>(work: Promise<T>): Promise<T> => {
      const late = new Error(`nothing arrived for ${idleTimeout / 1000} s`);
      const timer = setTimeout(() => response.abort(late), idleTimeout);
      try {
        return await work;
      } catch (error) {
        signal?.throwIfAborted();
        close();
        throw networkError(url, error);
      } finally {
        clearTimeout(timer);
      }
    };
    const body = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (let chunk = await inTime(response.read()); chunk; chunk = await inTime(response.read()))
          yield chunk;
      } finally {
        close();
      }
    };
    agent.dispatch(messageOf(url, request), response);
    const { status, headers } = await inTime(response.head);
    return { status, headers: flat(headers), body: body(), close };
  };
}

function messageOf(url: string, { headers = {}, form }: HttpRequest): Dispatcher.DispatchOptions {
  const { origin, pathname, search } = new URL(url);
  const always = { 'user-agent': 'pi-image', 'accept-encoding': 'identity' };
  const to = { origin, path: `${pathname}${search}` };
  if (!form) return { ...to, method: 'GET', headers: { ...always, ...headers } };
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ ...form }).toString();
  return { ...to, method: 'POST', headers: { ...always, ...type, ...headers }, body };
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value ?? ''].flat().join(', ')]),
  );
}
