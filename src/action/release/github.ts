import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { networkError } from '../../transfer/network-error.ts';
import { proxyDispatcher } from '../../transfer/proxies.ts';
import { isUnreachable } from '../../transfer/retry.ts';

export interface GitHubOptions {
  readonly token: string;
  /** For proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What is sent to become a file of a release. */
export interface Upload {
  readonly size: number;
  open(): Readable | Uint8Array;
}

/** GitHub's REST API; every method throws `GitHubRefusal`, or `source.unreachable` when there is no answer. */
export interface GitHub {
  ask(method: 'GET' | 'POST' | 'DELETE', url: string, json?: object): Promise<unknown>;
  send(url: string, upload: Upload): Promise<unknown>;
  close(): Promise<void>;
}

/** An answer that says no. */
export class GitHubRefusal extends Error {
  override readonly name = 'GitHubRefusal';
  readonly status: number;
  /** It may be otherwise a moment later. */
  readonly mayPass: boolean;

  constructor(status: number, message: string, mayPass: boolean) {
    super(message);
    this.status = status;
    this.mayPass = mayPass;
  }
}

/** No page of the API is that large. */
const answerLimit = 10 * 2 ** 20;
/** Milliseconds without progress after which a server counts as dead; it checks a large file before it answers. */
const patience = 300_000;
/** Seconds of rest that are waited for when the server asks for one. */
const longestRest = 120;

export async function openGitHub({ token, environment, signal }: GitHubOptions): Promise<GitHub> {
  const { request } = await import('undici');
  const dispatcher = await proxyDispatcher(environment, 30_000);
  const always = {
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'user-agent': 'pi-image',
  };

  async function exchange(
    url: string,
    options: Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body'>,
    watch: Watch,
  ): Promise<unknown> {
    signal.throwIfAborted();
    try {
      const answer = await request(url, { ...options, dispatcher, signal: watch.signal });
      const text = await readAll(answer.body);
      if (answer.statusCode >= 300) throw await refusal(answer, text, signal);
      return text === '' ? undefined : JSON.parse(text);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof GitHubRefusal ? error : networkError(url, watch.late ?? error);
    } finally {
      watch.end();
    }
  }

  return {
    ask(method, url, json) {
      const body = json && JSON.stringify(json);
      const headers = { ...always, ...(body && { 'content-type': 'application/json' }) };
      return exchange(url, { method, headers, body: body ?? null }, watchOver(signal));
    },
    async send(url, upload) {
      const body = upload.open();
      const watch = watchOver(signal);
      if (!(body instanceof Uint8Array)) body.on('data', () => watch.alive());
      const type = { 'content-type': 'application/octet-stream', 'content-length': String(upload.size) };
      try {
        return await exchange(url, { method: 'POST', headers: { ...always, ...type }, body }, watch);
      } finally {
        // An answer that comes early leaves the file open.
        if (!(body instanceof Uint8Array)) body.destroy();
      }
    },
    close: () => dispatcher.destroy(),
  };
}

export function mayPass(error: unknown): boolean {
  return error instanceof GitHubRefusal ? error.mayPass : isUnreachable(error);
}

async function refusal(
  { statusCode, headers }: Dispatcher.ResponseData,
  text: string,
  signal: AbortSignal,
): Promise<GitHubRefusal> {
  const limited = statusCode === 429 || (statusCode === 403 && headers['retry-after'] !== undefined);
  const rest = Math.min(longestRest, Number(headers['retry-after'] ?? 0) || 0);
  if (limited) await sleep(rest * 1000, undefined, { signal });
  return new GitHubRefusal(statusCode, messageIn(text), limited || statusCode >= 500);
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message.slice(0, 300) : '';
  } catch {
    return '';
  }
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > answerLimit) throw new Error('the answer is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

interface Watch {
  readonly signal: AbortSignal;
  readonly late: Error | undefined;
  alive(): void;
  end(): void;
}

function watchOver(outer: AbortSignal): Watch {
  const controller = new AbortController();
  let late: Error | undefined;
  const timer = setTimeout(() => {
    late = new Error(`nothing happened for ${patience / 1000} s`);
    controller.abort(late);
  }, patience);
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    get late() {
      return late;
    },
    alive: () => void timer.refresh(),
    end: () => clearTimeout(timer),
  };
}
