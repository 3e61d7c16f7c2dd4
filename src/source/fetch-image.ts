import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { shown } from '../transfer/address.ts';
import { type ArchiveBlock, arrivedBlocks, fitLayoutOf, surveyArchive } from './archive-blocks.ts';
import { type ArrivedBlock, ArrivingBlocks } from './arriving-blocks.ts';
import type { Draft } from './cache/entry.ts';
import type { CacheLayout } from './cache/layout.ts';
import { PartialFile } from './cache/partial-file.ts';
import { requireSpace } from './cache/space.ts';
import { type SourceContext, startStage } from './context.ts';
import { checkDigest } from './digest.ts';
import { Connection } from './fetch/connection.ts';
import { download, StartAgain } from './fetch/download.ts';
import { type Format, formatOf, headLength } from './format.ts';
import { peek } from './peek.ts';
import type { Pin } from './pin.ts';
import type { EarlyImage } from './unpack/arriving-zip.ts';
import { decoders, type WrittenImage, writeRawImage } from './unpack/unpack.ts';
import { unpackFile } from './unpack/unpack-file.ts';

export interface RemoteImage {
  readonly title: string;
  readonly mirrors: readonly URL[];
  readonly pin: Pin;
  /** Bytes, as far as they are known beforehand. */
  readonly archiveSize?: number;
  readonly imageSize?: number;
}

export interface FetchedImage extends WrittenImage {
  readonly format: Format;
  readonly archiveSha256: string;
  /** Of an archive that was kept. */
  readonly blocks?: readonly ArchiveBlock[];
}

/** Where the archive lies while it is not whole, and afterwards where it is kept. */
export function downloadFolder(cache: CacheLayout, pin: Pin): string {
  return path.join(cache.downloads, pin.sha256);
}

/** Often enough for a server that changes its file under our hands. */
const startLimit = 3;

/**
 * Downloads an image, checks it against its pin and leaves it unpacked in a draft of the cache. It is unpacked in
 * passing; of a .zip, whose directory comes last, the first file is, and all of it afterwards where that says otherwise. The archive is kept while it is not whole, so
 * that the next run goes on with it, and removed when it is unpacked (unless it is to be kept) or known to be wrong; an
 * .xz whose blocks can be taken over stays beside the image.
 */
export async function fetchImage(
  image: RemoteImage,
  draft: Draft,
  context: SourceContext,
): Promise<FetchedImage> {
  for (let start = 1; ; start++) {
    const partial = await PartialFile.open(downloadFolder(context.cache, image.pin));
    try {
      const fetched = await fetchAndUnpack(image, partial, draft, context);
      const leaving = leave(partial, fetched.blocks && draft.archivePath, context);
      // To remove a large file takes its time; what goes into the draft must be there before that has its place.
      if (fetched.blocks) await leaving;
      else draft.toDisk.add(leaving);
      return fetched;
    } catch (error) {
      const again = error instanceof StartAgain || (isWrong(error) && partial.pieced && start === 1);
      if (!again && !isWrong(error)) {
        await partial.close();
        throw error;
      }
      await partial.remove();
      if (!again) throw error;
      if (start === startLimit) throw neverWhole(image, error);
      context.onEvent?.({
        code: 'download.retry',
        url: shown(image.mirrors[0] ?? ''),
        attempt: start,
        reason:
          error instanceof StartAgain ? error.message : 'the pieces of the download do not fit together',
        waitMilliseconds: 0,
      });
      await rm(draft.imagePath, { force: true });
    }
  }
}

async function fetchAndUnpack(
  image: RemoteImage,
  partial: PartialFile,
  { imagePath: to, toDisk }: Draft,
  context: SourceContext,
): Promise<FetchedImage> {
  const { pin, mirrors } = image;
  const subject = shown(mirrors[0] ?? '');
  const options = { subject, hash: pin.of === 'image', copy: context.copy, toDisk };
  // What a failed step leaves behind must not go on trying.
  const stop = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, stop.signal]) : stop.signal;
  using connection = await Connection.open(context.environment, context.patience.stall);
  try {
    const archive = incoming(image, partial, connection, { ...context, signal });
    const { head, all } = await peek(archive.chunks, headLength);
    let format: Format = 'raw';
    let written: WrittenImage | undefined;
    let early: EarlyImage | undefined;
    let damage: unknown;
    try {
      format = formatOf(head, subject);
      if (format === 'zip') {
        const { unpackArrivingZip } = await import('./unpack/arriving-zip.ts');
        early = await unpackArrivingZip(all, { ...options, to }, { ...context, signal, subject });
      } else {
        const content = decoders[format](all, { ...context, signal, subject });
        written = await writeRawImage(to, content, options);
      }
    } catch (error) {
      // Whether the archive is damaged or not the right one, only its digest can say, which takes all of it.
      if (!isWrong(error) || pin.of === 'image') throw error;
      damage = error;
    }
    for await (const _ of all);
    const archiveSha256 = archive.finish();
    if (pin.of === 'archive') checkDigest(subject, archiveSha256, pin.sha256, mismatchHelp(pin));
    if (damage) throw damage;
    written ??= await early?.confirm(partial.path);
    written ??= await unpackFile({ ...options, path: partial.path, format, to }, context);
    if (pin.of === 'image') {
      checkDigest(`the image in ${subject}`, written.sha256 ?? '', pin.sha256, mismatchHelp(pin));
    }
    const blocks =
      format === 'xz' ? await blocksToKeep(archiveSha256, archive.blocks(), partial, context) : undefined;
    return { ...written, format, archiveSha256, ...(blocks && { blocks }) };
  } finally {
    stop.abort();
  }
}

/** What becomes of an archive that is unpacked: it goes where its blocks are wanted, stays, both, or neither. */
async function leave(
  partial: PartialFile,
  wantedAt: string | undefined,
  { keepDownload = false }: SourceContext,
): Promise<void> {
  if (keepDownload) {
    if (wantedAt !== undefined) await partial.copyTo(wantedAt);
    return partial.close();
  }
  return wantedAt === undefined ? partial.remove() : partial.moveTo(wantedAt);
}

async function blocksToKeep(
  archiveSha256: string,
  arrived: readonly ArrivedBlock[],
  partial: PartialFile,
  { signal }: SourceContext,
): Promise<readonly ArchiveBlock[] | undefined> {
  const layout = await fitLayoutOf(partial.path);
  const found = layout && arrivedBlocks(layout, arrived);
  if (!layout || found) return found;
  // Of several streams, say.
  const options = { subject: partial.path, ...(signal && { signal }) };
  const { sha256, blocks } = await surveyArchive(partial.path, options);
  return sha256 === archiveSha256 ? blocks : undefined;
}

interface Incoming {
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** Of an .xz archive, when all chunks are through. */
  blocks(): readonly ArrivedBlock[];
  /** The SHA-256 of all chunks, when they are through. */
  finish(): string;
}

/** The archive as it arrives, hashed in passing. */
function incoming(
  { title, mirrors, archiveSize, imageSize = 0 }: RemoteImage,
  partial: PartialFile,
  connection: Connection,
  context: SourceContext,
): Incoming {
  const stage = startStage(context.onEvent, 'download', title, archiveSize);
  const hash = createHash('sha256');
  const blocks = new ArrivingBlocks();
  const chunks = download({
    ...context,
    ...{ mirrors, connection, partial },
    beforeBody: (missing) => requireSpace(context.cache.root, missing + imageSize, title),
    onProgress: (done, total) => stage.progress(done, total),
  });
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      blocks.update(chunk);
      yield chunk;
    }
  };
  return {
    chunks: hashed(),
    blocks: () => blocks.found,
    finish() {
      stage.finish(partial.size);
      return hash.digest('hex');
    },
  };
}

/** Faults of the bytes themselves: having them once more is no use. */
function isWrong(error: unknown): boolean {
  return PiImageError.is(error) && (error.code === 'source.archive' || error.code === 'source.checksum');
}

function neverWhole({ mirrors }: RemoteImage, cause: unknown): PiImageError {
  return new PiImageError(
    'source.http',
    `${shown(mirrors[0] ?? '')} cannot be had in one piece: ${(cause as Error).message}`,
    { help: 'download it with a browser and give the path of the file', cause },
  );
}

function mismatchHelp({ by }: Pin): string {
  if (by === 'given') return 'check the digest, and where it comes from';
  if (by === 'remembered') {
    return 'the publisher changed the file since; if that is right, `pi-image cache clear` forgets the old digest';
  }
  return 'do not use it; try again later, or from another network';
}
