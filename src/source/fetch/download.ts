import type { OnEvent } from '../../model/events.ts';
import { shown } from '../../transfer/address.ts';
import { networkError } from '../../transfer/network-error.ts';
import type { PartialFacts, PartialFile } from '../cache/partial-file.ts';
import { AttemptFailure, attemptFailure } from './attempt-failure.ts';
import type { Answer, Connection } from './connection.ts';
import { type Patience, Retries } from './patience.ts';

export interface DownloadRequest {
  /** The same file in several places. */
  readonly mirrors: readonly URL[];
  readonly connection: Connection;
  readonly partial: PartialFile;
  readonly patience: Patience;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
  /** Called before bytes arrive, with how many are still to come, where the server says so. */
  readonly beforeBody?: (missing: number) => Promise<void>;
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** The bytes given out so far are no part of the file that the server has now: all of it must start anew. */
export class StartAgain extends Error {
  override readonly name = 'StartAgain';
}

/**
 * A whole file, from its first byte: what an earlier run left, then what is still missing, which is appended to
 * the partial file as it arrives. Goes on where a connection breaks, on another mirror if need be. The caller must
 * check a digest in the end: pieces may turn out not to fit together. Throws `StartAgain` when it cannot go on, and
 * the partial file is then of no use any more; a PiImageError when no mirror helps.
 */
export async function* download(request: DownloadRequest): AsyncGenerator<Uint8Array> {
  const { mirrors, partial, signal } = request;
  if (partial.size > 0) {
    yield* partial.read();
    request.onProgress?.(partial.size, partial.facts?.total);
    if (partial.size === partial.facts?.total) return;
  }
  const retries = new Retries(mirrors, request);
  for (;;) {
    const before = partial.size;
    try {
      yield* fetchRest(retries.url, request);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof AttemptFailure)) throw error;
      await retries.failed(error, partial.size > before);
    }
  }
}

async function* fetchRest(url: URL, request: DownloadRequest): AsyncGenerator<Uint8Array> {
  const { partial, connection, signal, onEvent } = request;
  const offset = partial.size;
  const headers = offset > 0 ? rangeFrom(url, request) : {};
  const answer = await connection.get(url, { headers, ...(signal && { signal }) });
  try {
    if (offset === 0) await partial.begin(factsOf(url, answer));
    else if (isWhole(answer, offset)) return;
    else checkContinuation(url, answer, request);
    if (offset > 0) {
      partial.pieced = true;
      onEvent?.({ code: 'download.resumed', url: shown(url), bytes: offset });
    }

    const total = partial.facts?.total;
    if (total !== undefined) await request.beforeBody?.(total - offset);
    for await (const chunk of answer.body) {
      await partial.append(chunk);
      request.onProgress?.(partial.size, total);
      yield chunk;
    }
    if (total !== undefined && partial.size > total) throw new StartAgain('the server sent too much');
    if (total !== undefined && partial.size < total) {
      throw attemptFailure(networkError(url, new Error(`it ended after ${partial.size} of ${total} bytes`)));
    }
  } finally {
    answer.close();
  }
}

/** Asks for the rest of the version that we have the beginning of, if this mirror told one; else the size must do. */
function rangeFrom(url: URL, { partial }: DownloadRequest): Record<string, string> {
  const { facts, size } = partial;
  const version = facts?.url === shown(url) ? (facts.etag ?? facts.lastModified) : undefined;
  if (version === undefined && facts?.total === undefined) {
    throw new StartAgain('nothing tells whether the file is still the same');
  }
  return { range: `bytes=${size}-`, ...(version !== undefined && { 'if-range': version }) };
}

function factsOf(url: URL, answer: Answer): PartialFacts {
  if (answer.status !== 200) throw new StartAgain(`the server answered ${answer.status}, unasked`);
  const etag = answer.headers['etag'];
  const lastModified = answer.headers['last-modified'];
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  return {
    url: shown(url),
    ...(etag?.startsWith('"') && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    ...(Number.isSafeInteger(length) && { total: length }),
  };
}

/** 416 may also mean that nothing is missing. */
function isWhole(answer: Answer, offset: number): boolean {
  return answer.status === 416 && contentRange(answer)?.total === offset;
}

function checkContinuation(url: URL, answer: Answer, { partial }: DownloadRequest): void {
  if (answer.status !== 206) throw new StartAgain('the file on the server changed, or it cannot be resumed');
  const { facts, size } = partial;
  const range = contentRange(answer);
  const sameTotal = facts?.total === undefined || (range?.total ?? facts.total) === facts.total;
  // Two mirrors may well give one file two tags.
  const known = facts?.url === shown(url) ? facts.etag : undefined;
  const sameTag = known === undefined || (answer.headers['etag'] ?? known) === known;
  if (range?.start !== size || !sameTotal || !sameTag) {
    throw new StartAgain('the server sent another part than was asked for');
  }
}

/** `bytes 100-199/1000`, where the total may be `*`, and for a 416 the range is. */
function contentRange(answer: Answer): { start?: number; total?: number } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(?:(\d+)|\*)$/.exec(answer.headers['content-range'] ?? '');
  if (!match) return undefined;
  const [, start, total] = match;
  return {
    ...(start !== undefined && { start: Number(start) }),
    ...(total !== undefined && { total: Number(total) }),
  };
}
