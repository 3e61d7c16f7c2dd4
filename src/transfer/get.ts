import { PiImageError } from '../model/errors.ts';
import { followedAddress, shown } from './address.ts';
import type { Fetch, HttpResponse } from './http.ts';
import { type Retries, retry } from './retry.ts';

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 10;

/** An answer and who gave it in the end. */
export interface LocatedResponse extends HttpResponse {
  readonly url: string;
}

/**
 * GET that follows redirects. `Authorization`, given as a header or as user and password in the address, is for the
 * server that was asked and never goes to another origin.
 */
export async function get(
  fetch: Fetch,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<LocatedResponse> {
  const start = new URL(url);
  const own = { ...authorization(start), ...headers };
  let at = url;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const sameOrigin = new URL(at).origin === start.origin;
    const response = await fetch(at, { headers: sameOrigin ? own : withoutSecrets(headers) });
    const location = response.headers['location'];
    if (!redirects.has(response.status) || location === undefined) return { ...response, url: at };
    response.close();
    at = followedAddress(at, location);
  }
  throw new PiImageError('source.http', `${shown(url)} redirects in circles`, {
    help: 'a login page of the network, or a proxy, may be in the way; look at the address in a browser',
  });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** A percent sign that is no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !['authorization', 'cookie'].includes(name.toLowerCase())),
  );
}

export interface BytesOptions {
  /** Bytes that are taken at most. */
  readonly limit: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default one attempt */
  readonly retries?: Retries;
}

/** The whole of a small answer with status 200; anything else is an error. */
export function getBytes(
  fetch: Fetch,
  url: string,
  { limit, headers = {}, retries }: BytesOptions,
): Promise<Buffer> {
  const once = async (): Promise<Buffer> => {
    const response = await get(fetch, url, headers);
    if (response.status === 200) return readBody(url, response, limit);
    response.close();
    throw statusError(url, response.status);
  };
  return retries ? retry(retries, url, once) : once();
}

/** Statuses of a server that may do better a moment later, the two of a refused range included. */
const passing = new Set([206, 408, 416, 425, 429, 500, 502, 503, 504]);

/** `source.unreachable` means that it is worth trying again. */
export function statusError(url: string, status: number): PiImageError {
  if (passing.has(status))
    return new PiImageError('source.unreachable', `${shown(url)} answers HTTP ${status}`);
  if (status === 404 || status === 410) {
    return new PiImageError('source.not-found', `${shown(url)} does not exist (HTTP ${status})`);
  }
  return new PiImageError('source.http', `${shown(url)} answers HTTP ${status}`);
}

/** All of a body, of which no more than `limit` bytes are taken. */
export async function readBody(
  url: string,
  response: Pick<HttpResponse, 'body'>,
  limit: number,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body) {
    size += piece.length;
    if (size > limit) throw new PiImageError('source.http', `${shown(url)} sends more than ${limit} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
