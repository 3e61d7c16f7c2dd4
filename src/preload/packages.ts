import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ByteSource, Content } from '../model/content.ts';
import { type EditDraft, write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import {
  archiveKeyName,
  type PackageArchive,
  type PackageSet,
  type PackagesPreload,
} from '../model/preload.ts';
import { runStage } from '../model/stage.ts';
import type { Tree } from '../model/tree.ts';
import { type AptFiles, readAptFiles } from '../packages/apt-files.ts';
import { pieces } from '../packages/installed.ts';
import { type Deb, findClosure, obtainDeb } from '../packages/offline.ts';
import { pinnedKey } from '../packages/pinned-key.ts';
import { keepAnswer, recallAnswer } from '../transfer/answers.ts';
import { getBytes } from '../transfer/get.ts';
import type { PreloadOptions } from './options.ts';

const statusFile = '/var/lib/dpkg/status';
const largestKey = 1024 * 1024;

/** The packages that the image lacks, downloaded, as edits that put them into it. */
export async function preloadPackages(
  { title, folder, sets }: PackagesPreload,
  tree: Tree,
  arch: string,
  options: PreloadOptions,
): Promise<readonly EditDraft[]> {
  const system = systemIn(tree, arch);
  const question = questionOf(sets, system);
  const { debs, key } = options.offline
    ? await recallPackages(title, question, options)
    : await firstAvailable(sets, system, options);
  await keepAnswer(options.cache, question, {
    debs,
    ...(key && { key: Buffer.from(key).toString('base64') }),
  });
  const files = await downloadAll(title, debs, options);
  const put = (name: string, content: Content): EditDraft =>
    write(`${folder}/${name}`, content, { mode: 0o644 });
  return [
    ...(key ? [put(archiveKeyName, key)] : []),
    ...debs.map(({ fileName, size }, index) => put(fileName, { hostFile: files[index] ?? '', size })),
  ];
}

/** What the image says of its packages. */
interface System {
  readonly arch: string;
  readonly status: ByteSource;
  readonly apt: AptFiles;
}

interface Found {
  readonly debs: readonly Deb[];
  readonly key?: Uint8Array;
}

function systemIn(tree: Tree, arch: string): System {
  const status = tree.open(statusFile);
  if (status) return { arch, status, apt: readAptFiles(tree, arch) };
  throw new PiImageError('plan.unsuitable', `the image has no list of its packages, ${statusFile}`);
}

/** An archive that answers 404 has given up the release; whatever else goes wrong is an error. */
async function firstAvailable(
  sets: readonly PackageSet[],
  system: System,
  options: PreloadOptions,
): Promise<Found> {
  for (const [index, set] of sets.entries()) {
    try {
      return await closureOf(set, system, options);
    } catch (error) {
      const gone = PiImageError.is(error) && error.code === 'source.not-found' && set.archive !== undefined;
      if (!gone || index === sets.length - 1) throw error;
    }
  }
  throw new Error('there are no packages to choose from');
}

async function closureOf(
  { wanted, ifAvailable, archive }: PackageSet,
  { apt, ...system }: System,
  options: PreloadOptions,
): Promise<Found> {
  const key = archive && (await fetchKey(archive, options));
  const { debs } = await findClosure(options.fetch, {
    ...{ ...system, wanted, ifAvailable },
    apt: archive && key ? withArchive(apt, archive, key) : apt,
    // Not that of the image, which may lie far back: keys and archives expire by the clock of the world.
    now: new Date(),
    retries: options,
  });
  return { debs, ...(key && { key }) };
}

const deb = z.object({
  ...{ name: z.string(), version: z.string(), arch: z.string(), url: z.url() },
  ...{ sha256: z.hash('sha256'), size: z.int(), fileName: z.string().regex(/^[^/]+$/) },
});
const remembered = z.object({ debs: z.array(deb), key: z.base64().optional() });

/** What was found for the same packages and the same image when there was a network. */
async function recallPackages(title: string, question: string, { cache }: PreloadOptions): Promise<Found> {
  const { data } = remembered.safeParse(await recallAnswer(cache, question));
  if (data)
    return {
      debs: data.debs,
      ...(data.key !== undefined && { key: Uint8Array.from(Buffer.from(data.key, 'base64')) }),
    };
  throw new PiImageError('source.offline', `the packages of ${title} for this image are not in the cache`, {
    help: 'run once without --offline',
  });
}

/** All that the answer depends on, but for the archives themselves. */
function questionOf(sets: readonly PackageSet[], { arch, status, apt }: System): string {
  const hash = createHash('sha256');
  for (const piece of pieces(status)) hash.update(piece);
  const keyrings = Object.entries(apt.keyrings).map(([name, bytes]) => [
    name,
    createHash('sha256').update(bytes).digest('hex'),
  ]);
  return `packages ${JSON.stringify({ arch, sets, status: hash.digest('hex'), texts: apt.texts, keyrings })}`;
}

async function fetchKey(archive: PackageArchive, options: PreloadOptions): Promise<Uint8Array> {
  const { keyUrl, fingerprint } = archive;
  const bytes = await getBytes(options.fetch, keyUrl, { limit: largestKey, retries: options });
  return pinnedKey(keyUrl, bytes, fingerprint);
}

/** What apt would be told in the image if it knew the archive. */
function withArchive(apt: AptFiles, archive: PackageArchive, key: Uint8Array): AptFiles {
  const { uri, suite, components } = archive;
  const keyring = `/etc/apt/keyrings/${archiveKeyName}`;
  const line = `deb [signed-by=${keyring}] ${uri} ${suite} ${components.join(' ')}\n`;
  return {
    texts: { ...apt.texts, '/etc/apt/sources.list.d/zz-pi-image.list': line },
    keyrings: { ...apt.keyrings, [keyring]: key },
  };
}

/** One stage for all of them: packages come by the dozen. */
function downloadAll(
  title: string,
  debs: readonly Deb[],
  { fetch, cache, offline, signal, onEvent }: PreloadOptions,
): Promise<string[]> {
  const total = debs.reduce((sum, { size }) => sum + size, 0);
  const subject = `${title}: ${debs.length} packages`;
  return runStage({ stage: 'preload', subject, total, onEvent }, async (progress) => {
    const files: string[] = [];
    let done = 0;
    for (const deb of debs) {
      signal?.throwIfAborted();
      const store = {
        directory: cache,
        offline,
        ...(signal && { signal }),
        onEvent: (event: Parameters<NonNullable<typeof onEvent>>[0]) => {
          if (event.code === 'stage.progress') progress(done + event.done);
          else if (!event.code.startsWith('stage.')) onEvent?.(event);
        },
      };
      files.push(await obtainDeb(fetch, store, deb));
      done += deb.size;
      progress(done);
    }
    return files;
  });
}
