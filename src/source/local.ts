import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { surveyArchive } from './archive-blocks.ts';
import type { Base } from './base.ts';
import { findEntry } from './cache/entry.ts';
import { makeOnce } from './cache/make-once.ts';
import { type SourceContext, startStage } from './context.ts';
import { checkDigest, hashFile, KnownFile } from './digest.ts';
import { unreadable } from './file-chunks.ts';
import { type Format, formatOf, headLength, imageName } from './format.ts';
import { type Pin, trustEvent } from './pin.ts';
import { unpackFile } from './unpack/unpack-file.ts';

export interface LocalFile {
  /** Absolute. */
  readonly path: string;
  /** As the user named it; errors show this. */
  readonly subject: string;
  readonly name?: string;
  readonly title?: string;
  /** What the file must be. */
  readonly pin?: Pin;
}

/**
 * A base image from a file of the build machine. A raw one is used where it is and never written to; any other is
 * unpacked into the cache, under the digest of its bytes, and found there by the next build.
 */
export async function obtainLocal(file: LocalFile, context: SourceContext): Promise<Base> {
  const { format, size } = await inspect(file);
  const name = file.name ?? imageName(path.basename(file.path));
  const title = file.title ?? path.basename(file.path);
  const known = await KnownFile.of(context.cache, file.path);
  const sha256 = (await known.digest()) ?? (file.pin && (await hashWithProgress(file, size, context)));
  if (sha256 && file.pin) {
    checkDigest(file.subject, sha256, file.pin.sha256, 'check the file, or the digest that was given for it');
    await known.remember(sha256);
    context.onEvent?.(trustEvent(title, file.pin));
  }
  if (format === 'raw') {
    return { name, title, path: file.path, size, format, ...(sha256 && { sha256 }) };
  }
  const entry = await makeOnce(context.cache, {
    ...context,
    name: sha256 ?? known.name,
    title,
    async find() {
      const digest = sha256 ?? (await known.digest());
      return digest === undefined ? undefined : findEntry(context.cache, digest);
    },
    async make({ imagePath, toDisk }, signal) {
      // Both read the file at the same time, so the second is served from memory.
      const options = { subject: file.subject, signal };
      const surveying =
        format !== 'xz' && sha256 ? Promise.resolve({ sha256 }) : surveyArchive(file.path, options);
      surveying.catch(() => {});
      const image = await unpackFile(
        { path: file.path, subject: file.subject, format, to: imagePath, hash: false, toDisk },
        { ...context, signal },
      );
      const { sha256: key, ...found } = await surveying;
      if (sha256) checkDigest(file.subject, key, sha256, 'do not change the file while it is read');
      context.copy?.accept();
      return { key, facts: { name, title, format, size: image.size, archiveSha256: key, ...found } };
    },
  });
  await known.remember(entry.archiveSha256);
  return {
    ...{ name, title, format },
    ...{ path: entry.imagePath, size: entry.size, sha256: entry.archiveSha256 },
    ...(entry.blocks && { archive: { path: file.path, blocks: entry.blocks } }),
  };
}

async function inspect({ path: file, subject }: LocalFile): Promise<{ format: Format; size: number }> {
  try {
    const about = await stat(file);
    if (!about.isFile()) {
      const kind = about.isDirectory() ? 'a folder' : 'no regular file';
      throw new PiImageError('source.not-found', `${subject} is ${kind}, not an image`, {
        help: 'give the path of an image file: .img, .zip, .xz, .gz or .zst',
      });
    }
    await using handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headLength), 0, headLength, 0);
    return { format: formatOf(buffer.subarray(0, bytesRead), subject), size: about.size };
  } catch (cause) {
    throw unreadable(subject, cause);
  }
}

async function hashWithProgress(file: LocalFile, size: number, context: SourceContext): Promise<string> {
  const stage = startStage(context.onEvent, 'verify', path.basename(file.path), size);
  const digest = await hashFile(file.path, {
    ...context,
    subject: file.subject,
    onProgress: (done) => stage.progress(done),
  });
  stage.finish(size);
  return digest;
}
