import type { ByteSource } from '../model/content.ts';
import { PiImageError } from '../model/errors.ts';
import { get, getBytes } from '../transfer/get.ts';
import type { Fetch } from '../transfer/http.ts';
import type { Retries } from '../transfer/retry.ts';
import { obtainFile, type Store } from '../transfer/store.ts';
import { type AptFiles, archivesExpire, pinsIn, sourcesIn, trustedKeyrings } from './apt-files.ts';
import { fetchCandidates, releaseFolder } from './index-file.ts';
import { readInstalled } from './installed.ts';
import type { Candidate } from './package.ts';
import { checkRelease, parseRelease } from './release.ts';
import type { Wanted } from './requirement.ts';
import { resolve } from './resolve.ts';
import { type TrustedKeys, verifyClearSigned } from './signature.ts';
import type { AptSource } from './sources.ts';
import { makeUniverse } from './universe.ts';

export interface ClosureRequest {
  readonly wanted: readonly Wanted[];
  /** Architecture of the image, as dpkg names it. */
  readonly arch: string;
  /** The image's /var/lib/dpkg/status. */
  readonly status: ByteSource;
  /** The image's package sources and keys, after all edits of the plan. */
  readonly apt: AptFiles;
  /** Take what is recommended too. @default false */
  readonly recommends?: boolean;
  /** Names of packages to take too, each where it can be had. */
  readonly ifAvailable?: readonly string[];
  /** The time of the world, not that of the image (SOURCE_DATE_EPOCH): keys and archives expire by it. */
  readonly now: Date;
  /** @default one attempt for each file */
  readonly retries?: Retries;
}

/** One .deb to put into the image. */
export interface Deb {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly url: string;
  /** Hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** As apt calls it in /var/cache/apt/archives: `docker-ce_5%3a26.1.4-1_armhf.deb`. */
  readonly fileName: string;
}

export interface Closure {
  /** Each after what it depends on, as far as there are no circles. */
  readonly debs: readonly Deb[];
  /** Bytes that the packages say they need when installed. */
  readonly installedBytes: number;
}

const largestRelease = 8 * 1024 * 1024;

/**
 * All packages that have to be put into the image so that the wanted ones can be installed there without a network.
 * Every byte that decides is signed: InRelease by a key that the image trusts, the indexes by their digest in there, each
 * package by its digest in an index. Plain http is therefore as good as https here, as it is for apt.
 */
export async function findClosure(fetch: Fetch, request: ClosureRequest): Promise<Closure> {
  const { apt, arch, now, wanted, retries, recommends = false, ifAvailable = [] } = request;
  const sources = sourcesIn(apt, arch);
  if (sources.length === 0) {
    throw new PiImageError(
      'plan.unsuitable',
      'the image has no package sources that can be reached by http or https',
      {
        help: 'give it one with `files:`, such as /etc/apt/sources.list',
      },
    );
  }
  const pins = pinsIn(apt);
  const offered: Candidate[] = [];
  for (const source of sources) {
    const url = `${releaseFolder(source)}InRelease`;
    const bytes = await getBytes(fetch, url, { limit: largestRelease, ...(retries && { retries }) });
    const release = parseRelease(url, await verifyClearSigned(url, bytes, keysFor(apt, source), now));
    const expiry = { now, archivesExpire: source.checkValidUntil ?? archivesExpire(apt) };
    checkRelease(url, release, source, expiry);
    // One by one: an index of 60 000 packages unpacked is large enough once.
    for (const one of await fetchCandidates(fetch, { source, release, arch, pins, retries }))
      offered.push(one);
  }
  const universe = makeUniverse(arch, await readInstalled(request.status), offered);
  const chosen = resolve(universe, wanted, { recommends, ifAvailable });
  return {
    debs: chosen.map(debOf),
    installedBytes: chosen.reduce((sum, { installedSize }) => sum + installedSize * 1024, 0),
  };
}

/** Path on this machine of a package of the closure, downloaded and checked. */
export function obtainDeb(
  fetch: Fetch,
  store: Store,
  { name, version, url, sha256, size }: Deb,
): Promise<string> {
  const request = (range: Readonly<Record<string, string>>) => get(fetch, url, range);
  return obtainFile(store, { subject: `${name} ${version}`, url, sha256, size, request });
}

function keysFor(apt: AptFiles, { from, signedBy }: AptSource): TrustedKeys {
  switch (signedBy.kind) {
    case 'trusted':
      return { keyrings: trustedKeyrings(apt) };
    case 'key':
      return { keyrings: [Buffer.from(signedBy.armored)] };
    case 'named': {
      const { paths, fingerprints } = signedBy;
      const missing = paths.find((path) => apt.keyrings[path] === undefined);
      if (missing !== undefined) {
        throw new PiImageError(
          'plan.unsuitable',
          `${from} in the image names the keyring ${missing}, which is not there`,
          {
            help: 'put it into the image with `files:`',
          },
        );
      }
      const keyrings =
        paths.length > 0 ? paths.flatMap((path) => apt.keyrings[path] ?? []) : trustedKeyrings(apt);
      return { keyrings, fingerprints };
    }
  }
}

function debOf({ name, version, arch, url, sha256, size }: Candidate): Deb {
  const fileName = `${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`;
  return { name, version, arch, url, sha256, size, fileName };
}
