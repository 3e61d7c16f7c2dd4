import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { writeAll } from '../model/write-all.ts';
import { shown } from './address.ts';
import { statusError } from './get.ts';
import type { HttpResponse } from './http.ts';
import { isUnreachable, type Retries, retry } from './retry.ts';

/** A folder of files named by their SHA-256. A file has its name only when it is whole and on the disk. */
export interface Store extends Retries {
  readonly directory: string;
  /** Use only what is there. @default false */
  readonly offline?: boolean;
}

export interface WantedFile {
  /** For messages and progress. */
  readonly subject: string;
  readonly url: string;
  /** Hex. */
  readonly sha256: string;
  readonly size: number;
  /** Asks for the file; `range` is empty, or the headers that ask for what is still missing. */
  readonly request: (range: Readonly<Record<string, string>>) => Promise<HttpResponse>;
}

/** Bytes between two progress events. */
const progressStep = 1024 * 1024;
/** A download that wrote nothing for so long belongs to a process that is gone. */
const abandonedAfter = 10 * 60 * 1000;

/** Path of a file with that digest and size: from the store, or downloaded, resumed and checked. */
export async function obtainFile(store: Store, wanted: WantedFile): Promise<string> {
  if (!/^[0-9a-f]{64}$/.test(wanted.sha256)) throw new TypeError('a SHA-256 is 64 hexadecimal digits');
  const target = path.join(store.directory, wanted.sha256);
  if ((await sizeOf(target)) === wanted.size && (await digestOf(target)) === wanted.sha256) return target;
  if (store.offline) {
    throw new PiImageError('source.offline', `${wanted.subject} is not in the cache`, {
      help: 'run once without --offline',
    });
  }
  const partial = await claimPartial(store.directory, wanted.sha256).catch((error: unknown) => {
    throw writeFailure(store.directory, error);
  });
  try {
    await download(store, wanted, partial);
    await rename(partial, target);
  } catch (error) {
    await release(partial, path.join(store.directory, `${wanted.sha256}.partial`));
    throw writeFailure(store.directory, error);
  }
  return target;
}

async function download(store: Store, wanted: WantedFile, partial: string): Promise<void> {
  const startedAt = performance.now();
  const stage = 'download';
  store.onEvent?.({ code: 'stage.started', stage, subject: wanted.subject, total: wanted.size });
  await using file = await open(partial, 'r+');
  let resumed = 0;
  await retry(
    store,
    wanted.url,
    async () => {
      resumed = await bytesToKeep(file, wanted);
      if (resumed < wanted.size || wanted.size === 0) await transfer(store, wanted, file, resumed);
      await checkDigest(wanted, file, partial);
    },
    // A wrong digest may be the fault of the part that another run left behind.
    (error) => isUnreachable(error) || (isWrong(error) && resumed > 0),
  );
  await file.sync();
  const milliseconds = Math.round(performance.now() - startedAt);
  store.onEvent?.({ code: 'stage.finished', stage, bytes: wanted.size, milliseconds });
}

async function bytesToKeep(file: FileHandle, { size }: WantedFile): Promise<number> {
  const there = (await file.stat()).size;
  if (there <= size) return there;
  await file.truncate(0);
  return 0;
}

async function transfer(store: Store, wanted: WantedFile, file: FileHandle, resumed: number): Promise<void> {
  const response = await wanted.request(resumed > 0 ? { range: `bytes=${resumed}-` } : {});
  const goesOn = response.status === 206 && startOf(response) === resumed;
  if (!goesOn && response.status !== 200) {
    response.close();
    // The server will not go on from there, but perhaps begin anew.
    if (resumed > 0) await file.truncate(0);
    throw statusError(wanted.url, response.status);
  }
  if (!goesOn) await file.truncate(0);
  else if (resumed > 0) store.onEvent?.({ code: 'download.resumed', url: wanted.url, bytes: resumed });
  let position = goesOn ? resumed : 0;
  let told = position;
  for await (const piece of response.body) {
    store.signal?.throwIfAborted();
    if (position + piece.length > wanted.size) {
      await file.truncate(0);
      throw tooLong(wanted);
    }
    await writeAll(file, piece, position);
    position += piece.length;
    if (position - told >= progressStep || position === wanted.size) {
      told = position;
      store.onEvent?.({ code: 'stage.progress', stage: 'download', done: position, total: wanted.size });
    }
  }
  if (position < wanted.size) {
    throw new PiImageError('source.unreachable', `the download of ${wanted.subject} ended too early`);
  }
}

function startOf({ headers }: HttpResponse): number {
  return Number(/^bytes (\d{1,15})-/.exec(headers['content-range'] ?? '')?.[1] ?? -1);
}

async function checkDigest(
  { subject, url, sha256 }: WantedFile,
  file: FileHandle,
  partial: string,
): Promise<void> {
  const found = await digestOf(partial);
  if (found === sha256) return;
  await file.truncate(0);
  throw new PiImageError(
    'source.checksum',
    `${subject} from ${shown(url)} has the SHA-256 ${found}, not ${sha256}`,
    {
      help: 'the server has another file, or something in between changed it: try another network or mirror',
    },
  );
}

function isWrong(error: unknown): boolean {
  return PiImageError.is(error) && error.code === 'source.checksum';
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(piece);
  return hash.digest('hex');
}

function tooLong({ subject, url, size }: WantedFile): PiImageError {
  return new PiImageError(
    'source.checksum',
    `${subject} from ${shown(url)} is longer than its ${size} bytes`,
    {
      help: 'the server has another file, or something in between changed it: try another network or mirror',
    },
  );
}

/**
 * A file to go on with, ours alone: renaming is atomic, so of two processes one gets what an earlier run left.
 * Two that fetch the same file at once fetch it twice, and the later rename replaces equal bytes by equal bytes.
 */
async function claimPartial(directory: string, sha256: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const own = path.join(directory, `${sha256}.${randomUUID()}.partial`);
  const left = (await readdir(directory)).filter(
    (name) => name.startsWith(`${sha256}.`) && name.endsWith('.partial'),
  );
  for (const name of left) {
    const candidate = path.join(directory, name);
    if (name !== `${sha256}.partial` && !(await isAbandoned(candidate))) continue;
    if (await renamed(candidate, own)) return own;
  }
  await (await open(own, 'wx')).close();
  return own;
}

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const forbidden = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** A failed write of the store as the user can act on it; every other error as it is. */
function writeFailure(directory: string, error: unknown): unknown {
  const reason = PiImageError.is(error) ? '' : String((error as NodeJS.ErrnoException | null)?.code ?? '');
  const code = full.has(reason) ? 'output.no-space' : forbidden.has(reason) ? 'output.permission' : undefined;
  if (!code) return error;
  const why = code === 'output.no-space' ? 'there is no more space' : `it may not be written to (${reason})`;
  return new PiImageError(code, `nothing can be stored in ${directory}: ${why}`, {
    help: 'use another place with --cache-dir, or make room there',
    cause: error,
  });
}

async function isAbandoned(file: string): Promise<boolean> {
  const entry = await stat(file).catch(() => undefined);
  return entry !== undefined && Date.now() - entry.mtimeMs > abandonedAfter;
}

async function release(partial: string, shared: string): Promise<void> {
  if (((await sizeOf(partial)) ?? 0) === 0) await rm(partial, { force: true });
  else await renamed(partial, shared);
}

function renamed(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  );
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}
