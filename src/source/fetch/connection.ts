import type { Dispatcher } from 'undici';
import { get } from '../../transfer/get.ts';
import { createFetch, type HttpResponse } from '../../transfer/http.ts';
import { proxyDispatcher } from '../../transfer/proxies.ts';
import { attemptFailure, statusFailure, uselessAnswer } from './attempt-failure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Its body ends with an AttemptFailure when the connection breaks or stalls. */
export type Answer = HttpResponse;

export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** HTTP GET, through the proxies that the environment names, of files that are too large to be asked for twice. */
export class Connection implements Disposable {
  readonly #dispatcher: Dispatcher;
  readonly #stall: number;

  private constructor(dispatcher: Dispatcher, stall: number) {
    this.#dispatcher = dispatcher;
    this.#stall = stall;
  }

  /** `stall`: milliseconds without a sign of life after which a connection is given up. */
  static async open(environment: Environment, stall: number): Promise<Connection> {
    return new Connection(await proxyDispatcher(environment, stall), stall);
  }

  /** Follows redirects. Answers with status 200, 206 or 416, all others are an AttemptFailure. */
  async get(start: URL, { headers = {}, signal }: GetOptions): Promise<Answer> {
    const fetch = createFetch({
      dispatcher: this.#dispatcher,
      idleTimeout: this.#stall,
      ...(signal && { signal }),
    });
    const answer = await get(fetch, start.href, headers).catch((error: unknown) => {
      throw attemptFailure(error);
    });
    const url = new URL(answer.url);
    const { status } = answer;
    if (status === 200 || status === 206) return { ...usable(url, answer), body: bodyOf(answer) };
    if (status === 416) return answer;
    answer.close();
    throw statusFailure(url, status, answer.headers['retry-after']);
  }

  [Symbol.dispose](): void {
    this.#dispatcher.destroy().catch(() => {});
  }
}

async function* bodyOf({ body }: Answer): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw attemptFailure(error);
  }
}

function usable(url: URL, answer: Answer): Answer {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  const isPage = answer.headers['content-type']?.startsWith('text/html');
  // Many servers mark a .gz file like that; then it is the file itself all the same.
  const isFile =
    /^(identity|(x-)?gzip)$/.test(encoding) && (encoding === 'identity' || /\.gz$/.test(url.pathname));
  if (!isPage && isFile) return answer;
  answer.close();
  throw uselessAnswer(url, isPage ? 'answers with a web page' : `packs the file anew (${encoding})`);
}
