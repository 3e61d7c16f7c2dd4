import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import xz from 'xz-decompress';
import { PiImageError } from '../model/errors.ts';
import { getBytes } from '../transfer/get.ts';
import type { Fetch } from '../transfer/http.ts';
import type { Retries } from '../transfer/retry.ts';
import { paragraphs } from './control.ts';
import { type Candidate, numberOf, type Package, packageFields, packageOf } from './package.ts';
import { type Pin, preferenceOf } from './preferences.ts';
import type { IndexFile, Release } from './release.ts';
import type { AptSource } from './sources.ts';

const fields = new Set([...packageFields, 'filename', 'size', 'sha256', 'priority']);
/** gzip before xz: Node reads it natively, five times as fast, for a quarter more to fetch. */
const endings = ['.gz', '.xz', ''] as const;
const largestIndex = 64 * 1024 * 1024;
const largestUnpacked = 512 * 1024 * 1024;
const priorities = ['required', 'important', 'standard', 'optional', 'extra'];

/** Where the Release file of a source is, with a slash at the end. */
export function releaseFolder({ uri, suite }: AptSource): string {
  return suite.endsWith('/') ? `${uri}${suite.replace(/^(\.?\/)+/, '')}` : `${uri}dists/${suite}/`;
}

export interface IndexRequest {
  readonly source: AptSource;
  readonly release: Release;
  readonly arch: string;
  readonly pins: readonly Pin[];
  readonly retries?: Retries | undefined;
}

/** All packages of one suite for `arch`, by index files whose digests the Release file has. */
export async function fetchCandidates(fetch: Fetch, request: IndexRequest): Promise<Candidate[]> {
  const { source, release, arch, pins, retries } = request;
  const host = new URL(source.uri).hostname;
  const found: Candidate[] = [];
  for (const { component, folder } of foldersOf(request)) {
    const file = endings.map((ending) => release.files.get(`${folder}Packages${ending}`)).find(Boolean);
    if (!file) {
      if (folder.endsWith('/binary-all/')) continue;
      throw new PiImageError(
        'source.malformed',
        `the archive ${releaseFolder(source)} has no ${folder}Packages (from ${source.from})`,
        { help: `it has nothing for ${arch}, or not that component: mend the image's package sources` },
      );
    }
    const url = `${releaseFolder(source)}${file.path}`;
    const bytes = await fetchIndex(fetch, source, release, file, retries);
    const limit = release.files.get(`${folder}Packages`)?.size ?? largestUnpacked;
    for await (const paragraph of paragraphs(url, unpack(url, bytes, limit), fields)) {
      const candidate = candidateOf(paragraph, source, url, (one) =>
        preferenceOf(pins, one, { release, component, host }),
      );
      if (candidate) found.push(candidate);
    }
  }
  return found;
}

function foldersOf({ source, release, arch }: IndexRequest): { component: string; folder: string }[] {
  if (source.suite.endsWith('/')) return [{ component: '', folder: '' }];
  const arches = release.separateAll ? [arch, 'all'] : [arch];
  return source.components.flatMap((component) =>
    arches.map((one) => ({ component, folder: `${component}/binary-${one}/` })),
  );
}

/** By its hash where the archive offers that, since the plain name may be replaced while we read. */
async function fetchIndex(
  fetch: Fetch,
  source: AptSource,
  release: Release,
  { path, sha256, size }: IndexFile,
  retries: Retries | undefined,
): Promise<Buffer> {
  const plain = `${releaseFolder(source)}${path}`;
  if (size > largestIndex) throw new PiImageError('source.malformed', `${plain} is unreasonably large`);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const url = release.byHash ? `${releaseFolder(source)}${folder}by-hash/SHA256/${sha256}` : plain;
  const startedAt = performance.now();
  const onEvent = retries?.onEvent;
  const host = new URL(url).host;
  onEvent?.({ code: 'stage.started', stage: 'download', subject: `package list of ${host}`, total: size });
  const bytes = await getBytes(fetch, url, { limit: size, ...(retries && { retries }) });
  const milliseconds = Math.round(performance.now() - startedAt);
  onEvent?.({ code: 'stage.finished', stage: 'download', bytes: size, milliseconds });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === sha256) return bytes;
  throw new PiImageError(
    'source.checksum',
    `${url} has the SHA-256 ${found}, but the archive signed ${sha256}`,
    {
      help: 'the mirror is being updated, or something in between changed the file: try again later, or another network',
    },
  );
}

async function* unpack(url: string, bytes: Buffer, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of unpacked(url, bytes)) {
      size += piece.length;
      if (size > limit) break;
      yield piece;
    }
  } catch (error) {
    if (PiImageError.is(error)) throw error;
    throw new PiImageError('source.malformed', `${url} cannot be unpacked`, { cause: error });
  }
  if (size > limit) throw new PiImageError('source.malformed', `${url} unpacks to more than ${limit} bytes`);
}

function unpacked(url: string, bytes: Buffer): AsyncIterable<Uint8Array> {
  if (url.endsWith('.gz')) return Readable.from([bytes]).pipe(createGunzip());
  if (url.endsWith('.xz')) return new xz.XzReadableStream(new Blob([Uint8Array.from(bytes)]).stream());
  return Readable.from([bytes]);
}

/** Entries without a digest or with an address of their own making are not offered, as if they were not there. */
function candidateOf(
  paragraph: ReadonlyMap<string, string>,
  source: AptSource,
  what: string,
  preference: (one: Package) => number,
): Candidate | undefined {
  const sha256 = paragraph.get('sha256')?.toLowerCase() ?? '';
  const size = numberOf(paragraph.get('size'));
  const path = fileNameOf(paragraph.get('filename') ?? '');
  if (!/^[0-9a-f]{64}$/.test(sha256) || size === undefined || path === undefined) return undefined;
  const importance = priorities.indexOf(paragraph.get('priority') ?? 'optional');
  const one = packageOf(paragraph, what);
  return {
    ...one,
    url: `${source.uri}${path}`,
    sha256,
    size,
    preference: preference(one),
    importance: importance < 0 ? priorities.length : importance,
  };
}

/** A path below the archive, encoded for its address; undefined for whatever leads elsewhere. */
function fileNameOf(text: string): string | undefined {
  const parts = text.replace(/^(\.\/)+/, '').split('/');
  const plain = parts.every((part) => /^[A-Za-z0-9+._~:@%=,-]+$/.test(part) && !/^\.+$/.test(part));
  return plain ? parts.map((part) => encodeURIComponent(part)).join('/') : undefined;
}
